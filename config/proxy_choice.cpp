#include "config/proxy_choice.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace config {
namespace {

/// The first of these variables that is set, under its name.
std::optional<std::pair<std::string, std::string>> first_set(std::initializer_list<std::string_view> names,
                                                             const variable_lookup& variables)
{
    for (const auto name : names)
        if (auto value = variables(name); value && !value->empty())
            return std::pair{std::string{name}, *std::move(value)};
    return std::nullopt;
}

chosen_proxy read_variable(std::initializer_list<std::string_view> names, const variable_lookup& variables)
{
    const auto found = first_set(names, variables);
    if (!found) return std::optional<proxy_settings>{};
    const auto& [name, url] = *found;
    const auto parsed = parse_proxy_url(url);
    if (const auto* const wrong = std::get_if<text_error>(&parsed))
        return "is reached through the proxy of the variable " + name + ", which " + wrong->message;
    const auto& proxy = std::get<proxy_url>(parsed);
    proxy_settings result;
    result.host = proxy.host;
    result.port = proxy.port;
    result.named_in = proxy_settings::origin::environment;
    result.named_by = name;
    if (proxy.has_credentials)
        result.password = secret_reference{secret_reference::source::environment, name};
    return std::optional{std::move(result)};
}

proxy_exceptions exceptions_in(const variable_lookup& variables)
{
    const auto found = first_set({"no_proxy", "NO_PROXY"}, variables);
    return found ? proxy_exceptions{found->second} : proxy_exceptions{};
}

bool is_near(const endpoint& server)
{
    static const proxy_exceptions near{"localhost 127.0.0.0/8 ::1 169.254.0.0/16 fe80::/10"};
    return near.contain(server.host, server.port);
}

}  // namespace

proxy_choice::proxy_choice(const variable_lookup& variables)
    : for_https_{read_variable({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, variables)},
      for_http_{read_variable({"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}, variables)},
      exceptions_{exceptions_in(variables)}
{}

proxy_choice::proxy_choice(std::optional<proxy_settings> for_all, const variable_lookup& variables)
    : proxy_choice{std::move(for_all), exceptions_in(variables)}
{}

proxy_choice::proxy_choice(std::optional<proxy_settings> for_all, proxy_exceptions exceptions)
    : for_https_{for_all}, for_http_{std::move(for_all)}, exceptions_{std::move(exceptions)}
{}

chosen_proxy proxy_choice::for_server(const endpoint& server) const
{
    if (is_near(server) || exceptions_.contain(server.host, server.port))
        return std::optional<proxy_settings>{};
    return server.scheme == url_scheme::https ? for_https_ : for_http_;
}

}  // namespace config
