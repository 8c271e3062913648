#include "config/value_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "config/nearest.hpp"
#include "config/units_text.hpp"

namespace config {
namespace {

template <class T>
std::optional<T> parse_number(const std::string& digits)
{
    T value{};
    const auto* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

std::string shown(duration bound) { return to_text(bound); }
std::string shown(bytes bound) { return to_text(bound); }
std::string shown(std::int64_t bound) { return std::to_string(bound); }
std::string shown(double bound)
{
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, bound);
    return error == std::errc{} ? std::string{digits, end} : std::string{};
}

template <class T>
bool accept(const value_reader& reader, const node& from, std::optional<T> value, T& into, range<T> allowed)
{
    const bool good = value && allowed.least <= *value && *value <= allowed.most;
    if (good)
        into = *value;
    else
        reader.report(from, "must be between " + shown(allowed.least) + " and " + shown(allowed.most));
    return good;
}

template <class Quantity>
bool read_quantity(const value_reader& reader, const node& from, Quantity& into, range<std::int64_t> allowed)
{
    std::int64_t count = 0;
    if (!reader.read(from, count, allowed)) return false;
    into = Quantity{count};
    return true;
}

}  // namespace

void value_reader::report(const node& at, std::string message) const
{
    problems_->report(at.offset, at.path, std::move(message));
}

bool value_reader::expect(node::kind kind, const node& from) const
{
    if (from.is == kind) return true;
    report(from, "must be " + std::string{name_of(kind)} + ", not " + std::string{name_of(from.is)});
    return false;
}

std::optional<std::string> value_reader::expanded(const node& from) const
{
    if (!expect(node::kind::string, from)) return std::nullopt;
    auto result = expand(from.text, *variables_);
    if (const auto* wrong = std::get_if<text_error>(&result)) {
        report(from, wrong->message);
        return std::nullopt;
    }
    return std::get<std::string>(std::move(result));
}

bool value_reader::read(const node& from, std::string& into) const
{
    auto text = expanded(from);
    if (!text) return false;
    if (text->empty()) {
        report(from, "must not be empty");
        return false;
    }
    into = *std::move(text);
    return true;
}

bool value_reader::read(const node& from, std::vector<std::string>& into) const
{
    std::vector<std::string> result;
    bool good = true;
    if (from.is == node::kind::string) {
        good = read(from, result.emplace_back());
    } else if (from.is != node::kind::array) {
        report(from, "must be a string or an array of strings, not " + std::string{name_of(from.is)});
        good = false;
    } else if (from.elements.empty()) {
        report(from, "must name at least one");
        good = false;
    }
    for (const auto& each : from.elements) {
        std::string text;
        if (!read(each, text)) {
            good = false;
        } else if (std::find(result.begin(), result.end(), text) != result.end()) {
            report(each, "stands here a second time");
            good = false;
        } else {
            result.push_back(std::move(text));
        }
    }
    if (good) into = std::move(result);
    return good;
}

bool value_reader::read(const node& from, bool& into) const
{
    if (!expect(node::kind::boolean, from)) return false;
    into = from.truth;
    return true;
}

bool value_reader::read(const node& from, duration& into, range<duration> allowed) const
{
    if (from.is != node::kind::string) {
        report(from, "must be a time such as \"500ms\", \"25s\", \"10m\" or \"2h\", not " +
                         std::string{name_of(from.is)});
        return false;
    }
    const auto text = expanded(from);
    if (!text) return false;
    const auto value = parse_duration(*text);
    if (!value) {
        report(from, "is " + in_quotes(from.text) +
                         "; write a whole number and one of ms, s, m, h, such as \"25s\"");
        return false;
    }
    return accept(*this, from, value, into, allowed);
}

bool value_reader::read(const node& from, bytes& into, range<bytes> allowed) const
{
    std::optional<bytes> value;
    if (from.is == node::kind::string) {
        const auto text = expanded(from);
        if (!text) return false;
        value = parse_size(*text);
    } else if (from.is == node::kind::number) {
        if (const auto count = parse_number<std::int64_t>(from.text)) value = bytes{*count};
    } else {
        report(from, "must be a number of bytes or a size such as \"256MiB\", not " +
                         std::string{name_of(from.is)});
        return false;
    }
    if (!value) {
        report(from,
               "is " + in_quotes(from.text) +
                   "; write a whole number of bytes, or one with B, KiB, MiB or GiB such as \"256MiB\"");
        return false;
    }
    return accept(*this, from, value, into, allowed);
}

bool value_reader::read(const node& from, double& into, range<double> allowed) const
{
    if (!expect(node::kind::number, from)) return false;
    return accept(*this, from, parse_number<double>(from.text), into, allowed);
}

bool value_reader::read(const node& from, std::int64_t& into, range<std::int64_t> allowed) const
{
    if (!expect(node::kind::number, from)) return false;
    if (from.text.find_first_of(".eE") != from.text.npos) {
        report(from, "must be a whole number, written without point and exponent");
        return false;
    }
    return accept(*this, from, parse_number<std::int64_t>(from.text), into, allowed);
}

bool value_reader::read(const node& from, std::size_t& into, range<std::int64_t> allowed) const
{
    std::int64_t count = 0;
    if (!read(from, count, allowed)) return false;
    into = static_cast<std::size_t>(count);
    return true;
}

bool value_reader::read(const node& from, tokens& into, range<std::int64_t> allowed) const
{
    return read_quantity(*this, from, into, allowed);
}

bool value_reader::read(const node& from, requests& into, range<std::int64_t> allowed) const
{
    return read_quantity(*this, from, into, allowed);
}

std::optional<std::size_t> value_reader::choose(const node& from,
                                                std::span<const std::string_view> names) const
{
    const auto text = expanded(from);
    if (!text) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), *text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    report(from,
           "is " + in_quotes(from.text) + "; must be one of " + listed(names) + suggestion(*text, names));
    return std::nullopt;
}

}  // namespace config
