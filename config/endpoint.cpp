#include "config/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace config {
namespace {

constexpr std::uint16_t standard_port(url_scheme scheme) { return scheme == url_scheme::https ? 443 : 80; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

bool is_host_character(char c)
{
    const auto small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_address_character(char c) { return is_host_character(c) || c == ':'; }

/// pchar of RFC 3986 and the slash.
bool is_path_character(char c)
{
    constexpr std::string_view punctuation = "-._~%!$&'()*+,;=:@/";
    const auto small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != punctuation.npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

std::string without_empty_segments(std::string_view path)
{
    std::string result;
    for (const char c : path)
        if (c != '/' || !result.ends_with('/')) result += c;
    if (result.ends_with('/')) result.pop_back();
    return result;
}

/// Splits host and port; offsets of errors are those within `url`.
std::optional<text_error> read_authority(std::string_view url, std::string_view authority, endpoint& into)
{
    const auto offset = [&](std::string_view part) {
        return static_cast<std::size_t>(part.data() - url.data());
    };
    std::string_view host = authority;
    std::string_view after_host;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == authority.npos) return text_error{offset(authority), "has a [ without a ]"};
        host = authority.substr(1, end - 1);
        after_host = authority.substr(end + 1);
        if (host.empty() || !std::all_of(host.begin(), host.end(), is_address_character))
            return text_error{offset(authority), "has no IPv6 address between the brackets"};
    } else {
        const auto end = std::min(authority.find(':'), authority.size());
        host = authority.substr(0, end);
        after_host = authority.substr(end);
        if (host.empty()) return text_error{offset(authority), "names no host"};
        if (!std::all_of(host.begin(), host.end(), is_host_character))
            return text_error{offset(host), "has a host name with characters that no host name has"};
    }
    into.host = lower(host);
    if (after_host.empty()) return std::nullopt;
    const auto port = parse_port(after_host.substr(1));
    if (!after_host.starts_with(':') || !port)
        return text_error{offset(after_host), "needs a port between 1 and 65535 after the host"};
    into.port = *port;
    return std::nullopt;
}

}  // namespace

std::string endpoint::authority() const
{
    auto result = host.find(':') == host.npos ? host : '[' + host + ']';
    if (port != standard_port(scheme)) result += ':' + std::to_string(port);
    return result;
}

std::variant<endpoint, text_error> parse_endpoint(std::string_view url)
{
    endpoint result;
    const auto scheme_end = std::min(url.find("://"), url.size());
    const auto scheme = lower(url.substr(0, scheme_end));
    if (scheme_end == url.size() || (scheme != "https" && scheme != "http"))
        return text_error{0,
                          "is not an absolute URL; write https://host, or http://localhost:port for tests"};
    result.scheme = scheme == "https" ? url_scheme::https : url_scheme::http;
    result.port = standard_port(result.scheme);

    if (const auto at = url.find_first_of("?#"); at != url.npos)
        return text_error{at, "may have neither query nor fragment; the api-version is a setting of its own"};
    const auto begin = scheme_end + 3;
    const auto authority_end = std::min(url.find('/', begin), url.size());
    const auto authority = url.substr(begin, authority_end - begin);
    if (const auto at = authority.find('@'); at != authority.npos)
        return text_error{begin, "may not hold credentials; put the key into auth.api_key"};
    if (auto wrong = read_authority(url, authority, result)) return *std::move(wrong);

    const auto path = url.substr(authority_end);
    const auto bad = std::find_if_not(path.begin(), path.end(), is_path_character);
    if (bad != path.end())
        return text_error{authority_end + static_cast<std::size_t>(bad - path.begin()),
                          "has a character in its path that must be percent-encoded"};
    result.path = without_empty_segments(path);
    return result;
}

bool is_loopback(std::string_view host)
{
    if (lower(host) == "localhost" || host == "::1") return true;
    int numbers = 0;
    while (!host.empty()) {
        const auto end = std::min(host.find('.'), host.size());
        unsigned number = 0;
        const auto part = host.substr(0, end);
        const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (error != std::errc{} || last != part.data() + part.size() || number > 255) return false;
        if (numbers++ == 0 && number != 127) return false;
        if (end == host.size()) return numbers == 4;
        host.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace config
