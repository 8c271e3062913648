#include "config/proxy_exceptions.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>

namespace config {
namespace {

/// The bytes of an IPv4 or IPv6 address: 4 or 16, and none where the text is neither.
struct address {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 0;
};

address address_of(const std::string& text)
{
    address result;
    if (::inet_pton(AF_INET, text.c_str(), result.bytes.data()) == 1)
        result.size = 4;
    else if (::inet_pton(AF_INET6, text.c_str(), result.bytes.data()) == 1)
        result.size = 16;
    return result;
}

bool have_same_beginning(const address& one, const address& other, std::size_t bits)
{
    const auto whole = bits / 8;
    if (!std::equal(one.bytes.begin(), one.bytes.begin() + whole, other.bytes.begin())) return false;
    const auto rest = bits % 8;
    return rest == 0 || (one.bytes[whole] >> (8 - rest)) == (other.bytes[whole] >> (8 - rest));
}

template <class Number>
std::optional<Number> number_in(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The host itself, or one below it.
bool is_within(std::string_view host, std::string_view domain)
{
    return host.ends_with(domain) &&
           (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

/// Matches no host.
const std::string nothing{"/"};

}  // namespace

proxy_exceptions::proxy_exceptions(std::string_view list)
{
    constexpr std::string_view between = ", \t\r\n";
    for (auto begin = list.find_first_not_of(between); begin != list.npos;
         begin = list.find_first_not_of(between)) {
        list.remove_prefix(begin);
        const auto end = std::min(list.find_first_of(between), list.size());
        entries_.push_back(read(list.substr(0, end)));
        list.remove_prefix(end);
    }
}

proxy_exceptions::entry proxy_exceptions::read(std::string_view text)
{
    entry result;
    if (text == "*") return result;
    if (text.starts_with("*.")) text.remove_prefix(1);
    while (text.starts_with('.')) text.remove_prefix(1);

    const bool is_bracketed = text.starts_with('[') && text.find(']') != text.npos;
    const auto colon = text.rfind(':');
    if (colon != text.npos && (is_bracketed ? colon > text.find(']') : colon == text.find(':'))) {
        const auto port = number_in<std::uint16_t>(text.substr(colon + 1));
        if (!port || *port == 0) return {.host = nothing, .network_bits = -1, .port = 0};
        result.port = *port;
        text = text.substr(0, colon);
    }
    if (const auto slash = text.find('/'); slash != text.npos) {
        const auto bits = number_in<std::uint8_t>(text.substr(slash + 1));
        text = text.substr(0, slash);
        if (!bits || *bits > 8 * address_of(std::string{text}).size)
            return {.host = nothing, .network_bits = -1, .port = 0};
        result.network_bits = *bits;
    }
    if (is_bracketed) text = text.substr(1, text.find(']') - 1);
    result.host = text.empty() ? nothing : std::string{text};
    std::ranges::transform(result.host, result.host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return result;
}

bool proxy_exceptions::contain(std::string_view host, std::uint16_t port) const
{
    if (host.ends_with('.')) host.remove_suffix(1);
    const auto asked = address_of(std::string{host});
    return std::ranges::any_of(entries_, [&](const entry& each) {
        if (each.port != 0 && each.port != port) return false;
        if (each.host.empty()) return true;
        if (asked.size == 0) return each.network_bits < 0 && is_within(host, each.host);
        const auto meant = address_of(each.host);
        const auto bits =
            each.network_bits < 0 ? 8 * meant.size : static_cast<std::size_t>(each.network_bits);
        return meant.size == asked.size && have_same_beginning(asked, meant, bits);
    });
}

}  // namespace config
