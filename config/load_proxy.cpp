#include <algorithm>

#include "config/object_reader.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

constexpr std::string_view no_proxy_word = "direct";

void read_account(object_reader& from, const value_reader& values, proxy_settings& into)
{
    from.optional("username", into.username);
    from.optional("password", into.password);
    const auto* const username = from.object().find("username");
    const auto* const password = from.object().find("password");
    if (username != nullptr && password == nullptr)
        values.report(*username, "is of no use without \"password\"");
    if (password != nullptr && username == nullptr)
        values.report(*password, "is of no use without \"username\"");
    // RFC 7617 section 2: what stands behind the first colon is the password.
    if (into.username.find(':') != std::string::npos) values.report(*username, "may not have a colon");
}

/// All but the exceptions. Nothing where there is to be no proxy.
std::optional<proxy_settings> read_members(object_reader& from, const value_reader& values)
{
    std::string url;
    const bool is_there = from.required("url", url);
    proxy_settings result;
    result.named_by = from.object().path;
    read_account(from, values, result);
    if (!is_there) return std::nullopt;

    const auto& place = *from.object().find("url");
    if (url == no_proxy_word) {
        if (result.password) values.report(place, "\"direct\" means no proxy, which asks for no password");
        return std::nullopt;
    }
    const auto parsed = parse_proxy_url(url);
    if (const auto* const wrong = std::get_if<text_error>(&parsed)) {
        values.report(place, wrong->message);
        return std::nullopt;
    }
    const auto& proxy = std::get<proxy_url>(parsed);
    if (proxy.has_credentials)
        values.report(place,
                      "may not hold credentials; write them as \"username\" and \"password\" beside it");
    result.host = proxy.host;
    result.port = proxy.port;
    return result;
}

}  // namespace

proxy_choice read_common_proxy(const node* section, const value_reader& values)
{
    if (section == nullptr) return proxy_choice{values.variables()};
    object_reader from{*section, values};
    auto proxy = read_members(from, values);
    std::vector<std::string> exceptions;
    const bool says_exceptions = from.optional("except", exceptions) && section->find("except") != nullptr;
    from.finish();
    if (!says_exceptions) return proxy_choice{std::move(proxy), values.variables()};

    std::string list;
    for (const auto& each : exceptions) list.append(each).append(",");
    return proxy_choice{std::move(proxy), proxy_exceptions{list}};
}

std::optional<proxy_settings> read_own_proxy(const node& section, const value_reader& values)
{
    object_reader from{section, values};
    auto proxy = read_members(from, values);
    from.finish();
    return proxy;
}

std::optional<proxy_settings> proxy_to(const std::string& url, const node& place, const proxy_choice& proxies,
                                       const value_reader& values)
{
    const auto parsed = parse_endpoint(url);
    const auto* const server = std::get_if<endpoint>(&parsed);
    if (server == nullptr) return std::nullopt;  // reported where it was read
    auto chosen = proxies.for_server(*server);
    if (auto* const proxy = std::get_if<std::optional<proxy_settings>>(&chosen)) return std::move(*proxy);
    values.report(place, std::get<std::string>(chosen));
    return std::nullopt;
}

}  // namespace config
