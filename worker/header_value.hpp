#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace worker {

/// The value of a header field without the white space around it (RFC 9110 §5.5).
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The number that is the whole of `text`; nothing for anything else, and for one that T cannot hold.
template <class T>
[[nodiscard]] std::optional<T> read_number(std::string_view text)
{
    T value{};
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

}  // namespace worker
