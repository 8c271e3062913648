#include "config/proxy.hpp"

#include <algorithm>

#include "config/endpoint.hpp"

namespace config {
namespace {

constexpr std::string_view scheme_end = "://";

std::string_view without_scheme(std::string_view url)
{
    const auto at = url.find(scheme_end);
    return at == url.npos ? url : url.substr(at + scheme_end.size());
}

bool is_http(std::string_view url)
{
    constexpr std::string_view http = "http";
    const auto at = url.find(scheme_end);
    return at == url.npos || std::equal(http.begin(), http.end(), url.begin(), url.begin() + at,
                                        [](char expected, char found) { return (found | 0x20) == expected; });
}

}  // namespace

std::string described(const proxy_settings& proxy)
{
    const endpoint server{.scheme = url_scheme::http, .host = proxy.host, .port = proxy.port, .path = {}};
    auto text = server.authority();
    if (!proxy.username.empty())
        text += " as " + proxy.username;
    else if (proxy.password)
        text += " with the account of its URL";
    return text + ", by " + proxy.named_by;
}

std::variant<proxy_url, text_error> parse_proxy_url(std::string_view url)
{
    if (!is_http(url))
        return text_error{
            0,
            "is of a kind that cannot be used: write http://host:port. Through it too, what goes "
            "to an https:// server is encrypted"};
    const auto userinfo = userinfo_of(url);
    auto rest = without_scheme(url);
    if (!userinfo.empty()) rest.remove_prefix(userinfo.size() + 1);
    const auto parsed = parse_endpoint("http://" + std::string{rest});
    const auto* const server = std::get_if<endpoint>(&parsed);
    if (server == nullptr || !server->path.empty())
        return text_error{
            0,
            "is not the URL of a proxy: write http://host:port, in a password %40 for @, %2F for "
            "/ and %3A for :"};
    return proxy_url{server->host, server->port, !userinfo.empty()};
}

std::string_view userinfo_of(std::string_view proxy_url)
{
    const auto rest = without_scheme(proxy_url);
    const auto authority = rest.substr(0, rest.find('/'));
    const auto at = authority.rfind('@');
    return at == authority.npos ? std::string_view{} : authority.substr(0, at);
}

}  // namespace config
