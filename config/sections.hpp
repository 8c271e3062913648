#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/proxy_choice.hpp"
#include "config/settings.hpp"
#include "config/value_reader.hpp"

namespace config {

/// The readers of the file's sections. Each reads what it can and reports the rest; values that could not
/// be read keep their defaults. Rules across sections are check_rules' business.
[[nodiscard]] kafka_settings read_kafka(const node& section, const value_reader& values,
                                        const proxy_choice& proxies);
[[nodiscard]] std::vector<deployment_settings> read_deployments(const node& section,
                                                                const value_reader& values,
                                                                const proxy_choice& proxies);
[[nodiscard]] std::vector<route_settings> read_routes(const node& section, const value_reader& values);

/// The credential of a deployment. What the file leaves out of a sign-in at Entra ID comes from the variables
/// that the Azure SDKs have for it.
[[nodiscard]] auth_settings read_auth(const node& section, const value_reader& values,
                                      const proxy_choice& proxies);

/// The proxies for all servers that have none of their own; `section` is null where the file names none.
[[nodiscard]] proxy_choice read_common_proxy(const node* section, const value_reader& values);
/// The proxy of one deployment; nothing where it says that it is to be reached directly.
[[nodiscard]] std::optional<proxy_settings> read_own_proxy(const node& section, const value_reader& values);
/// What was chosen for the server of `url`. Where that cannot be used there is a problem at `place`.
[[nodiscard]] std::optional<proxy_settings> proxy_to(const std::string& url, const node& place,
                                                     const proxy_choice& proxies, const value_reader& values);

/// Reports a name that no header of a request can have, or that has a meaning already.
void check_request_header(const node& from, const value_reader& values, const std::string& name);
/// Headers of every request; `into` has its credential already.
void read_request_headers(const node& section, const value_reader& values, deployment_settings& into);

/// Who the worker is to the brokers, by the member of that name. `brokers` is what a token is for where the
/// file names no scope.
[[nodiscard]] kafka_auth read_kafka_auth(const node& section, const value_reader& values,
                                         const proxy_choice& proxies, const std::string& brokers);
[[nodiscard]] kafka_tls_settings read_kafka_tls(const node& section, const value_reader& values);

/// A sign-in at Entra ID, for `scope` where the file names none; an empty one has to be named.
[[nodiscard]] entra_id_settings read_entra_id(const node& section, const value_reader& values,
                                              const proxy_choice& proxies, std::string scope);

/// The URL of a server that secrets are sent to, without slashes at its end. Reports at `at`, with `whose` in
/// front, one that is none, or that would send them unencrypted.
[[nodiscard]] std::string checked_issuer(std::string from, const node& at, const value_reader& values,
                                         const std::string& whose = {});

/// Members of a request body, as one compact JSON object; members that the program writes itself are
/// refused.
[[nodiscard]] std::string read_parameters(const node& object, const value_reader& values);

/// Why nobody but the program may set that member of a request body; empty where anybody may.
[[nodiscard]] std::string_view reason_against_setting(std::string_view member);

/// Names of members of a request body that records may set; those that no record may choose are refused.
void read_overrides(const node& from, const value_reader& values, std::vector<std::string>& into);

/// Names of headers that outcomes carry on, and beginnings of such names with a * behind them.
void read_headers(const node& from, const value_reader& values, std::vector<std::string>& into);

/// The node of the i-th of "one string or an array of strings".
[[nodiscard]] inline const node& nth(const node& one_or_many, std::size_t i)
{
    return one_or_many.is == node::kind::array ? one_or_many.elements[i] : one_or_many;
}

/// Reports a name that could not stand in an outcome id, a log or a metric.
void check_name(const node_member& named, const value_reader& values);

}  // namespace config
