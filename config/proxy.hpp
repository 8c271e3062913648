#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "config/json_pointer.hpp"
#include "config/secret.hpp"

namespace config {

/// An HTTP proxy between the worker and a server (RFC 9110 section 3.7). It is spoken to without TLS; what
/// goes through it to an https:// server is encrypted all the same.
struct proxy_settings {
    std::string host;  ///< lower case; an IPv6 address without its brackets
    std::uint16_t port = 80;
    /// Shown to the proxy with `password`. Empty where the password's reference leads to a URL that holds
    /// both, as the variables of proxies do.
    std::string username;
    std::optional<secret_reference> password;  ///< absent: nothing is shown
    enum class origin { file, environment };
    origin named_in = origin::file;
    std::string named_by;  ///< the path of a setting, or a variable

    bool operator==(const proxy_settings&) const = default;
};

/// For people, without the password: "proxy.corp:3128 as batchmill, by HTTPS_PROXY".
[[nodiscard]] std::string described(const proxy_settings& proxy);

/// What a proxy's URL says. Without its credentials: those stay where they are until they are sent.
struct proxy_url {
    std::string host;
    std::uint16_t port = 80;
    bool has_credentials = false;
};

/// Reads "http://user:password@host:port"; the scheme may be missing, as curl has it. Other schemes are
/// errors. No message repeats a part of the URL.
[[nodiscard]] std::variant<proxy_url, text_error> parse_proxy_url(std::string_view url);

/// What stands before the @ of a proxy's URL, still percent-encoded; empty where there is none.
[[nodiscard]] std::string_view userinfo_of(std::string_view proxy_url);

}  // namespace config
