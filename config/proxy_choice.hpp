#pragma once

#include <optional>
#include <string>
#include <variant>

#include "config/endpoint.hpp"
#include "config/environment.hpp"
#include "config/proxy.hpp"
#include "config/proxy_exceptions.hpp"

namespace config {

/// A proxy, none, or what is wrong with the one that would be used.
using chosen_proxy = std::variant<std::optional<proxy_settings>, std::string>;

/// Which proxy the way to a server leads through, where nothing is said of that server alone: the one that
/// the file names for all, else the one of the environment's.
///
/// Servers on this machine and on its link are always reached directly: 127.0.0.0/8, ::1, localhost,
/// 169.254.0.0/16 and fe80::/10. The metadata service of virtual machines is one of them
/// (https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#proxies).
class proxy_choice {
public:
    /// By the variables that curl and the Azure SDKs look at: https_proxy for https:// servers, http_proxy
    /// for http:// ones, else all_proxy, each before its upper-case form; no_proxy names exceptions.
    /// Variables that are empty count as not set.
    explicit proxy_choice(const variable_lookup& variables);
    /// By the file, which says nothing of exceptions: those of no_proxy. No proxy: every server is reached
    /// directly, whatever the environment says.
    proxy_choice(std::optional<proxy_settings> for_all, const variable_lookup& variables);
    /// By the file alone.
    proxy_choice(std::optional<proxy_settings> for_all, proxy_exceptions exceptions);

    [[nodiscard]] chosen_proxy for_server(const endpoint& server) const;

private:
    chosen_proxy for_https_;
    chosen_proxy for_http_;
    proxy_exceptions exceptions_;
};

}  // namespace config
