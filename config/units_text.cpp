#include "config/units_text.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace config {
namespace {

struct unit {
    std::string_view name;
    std::int64_t size;
};

// From the largest to the smallest, so that the first that divides a value is the one to print.
constexpr std::array time_units{unit{"h", 3'600'000}, unit{"m", 60'000}, unit{"s", 1'000}, unit{"ms", 1}};
constexpr std::array size_units{unit{"GiB", 1024 * 1024 * 1024}, unit{"MiB", 1024 * 1024}, unit{"KiB", 1024},
                                unit{"B", 1}};

std::optional<std::int64_t> parse(std::string_view text, std::span<const unit> units, std::int64_t most)
{
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || number < 0 || text.starts_with('-')) return std::nullopt;
    const auto name = text.substr(static_cast<std::size_t>(rest - text.data()));
    for (const auto& each : units) {
        if (each.name != name) continue;
        if (number > most / each.size) return std::nullopt;
        return number * each.size;
    }
    return std::nullopt;
}

std::string print(std::int64_t value, std::span<const unit> units)
{
    for (const auto& each : units)
        if (value >= each.size && value % each.size == 0)
            return std::to_string(value / each.size) + std::string{each.name};
    return std::to_string(value) + std::string{units.back().name};
}

}  // namespace

std::optional<duration> parse_duration(std::string_view text)
{
    constexpr auto most = std::chrono::duration_cast<std::chrono::milliseconds>(duration::max()).count();
    const auto count = parse(text, time_units, most);
    if (!count) return std::nullopt;
    return std::chrono::milliseconds{*count};
}

std::optional<bytes> parse_size(std::string_view text)
{
    const auto count = parse(text, size_units, std::numeric_limits<std::int64_t>::max());
    if (!count) return std::nullopt;
    return bytes{*count};
}

std::string to_text(duration time)
{
    if (time == duration::zero()) return "0s";
    return print(std::chrono::duration_cast<std::chrono::milliseconds>(time).count(), time_units);
}

std::string to_text(bytes size) { return print(size.count(), size_units); }

}  // namespace config
