#include "pipeline/json_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace pipeline {
namespace {

constexpr bool needs_escape(char each)
{
    return static_cast<unsigned char>(each) < 0x20 || each == '"' || each == '\\';
}

/// Whether a text of at least eight bytes needs no escape, by words of eight of which the last one may look
/// at bytes for a second time. Most texts that are written here are short and have nothing to escape.
bool is_plain(std::string_view text)
{
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::uint64_t tops = ones * 0x80;
    std::uint64_t found = 0;
    // A byte below n borrows from its own top bit; only one that stands above such a byte may be taken for
    // another by the borrow.
    const auto look = [&](std::size_t position) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + position, sizeof word);
        const auto quotes = word ^ (ones * '"');
        const auto backslashes = word ^ (ones * '\\');
        found |= ((word - ones * 0x20) & ~word) | ((quotes - ones) & ~quotes) |
                 ((backslashes - ones) & ~backslashes);
    };
    for (std::size_t position = 0; position + sizeof found < text.size(); position += sizeof found)
        look(position);
    look(text.size() - sizeof found);
    return (found & tops) == 0;
}

void append_escape(std::string& out, char each)
{
    constexpr std::string_view digits = "0123456789abcdef";
    switch (each) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto code = static_cast<unsigned char>(each);
    out += "\\u00";
    out += digits[code >> 4u];
    out += digits[code & 0xFu];
}

template <class Number>
void append_digits(std::string& out, Number value)
{
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), written.ptr);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    append_json_letters(out, text);
    out += '"';
}

void append_json_letters(std::string& out, std::string_view text)
{
    std::size_t copied = 0;
    const bool is_all_plain = text.size() >= sizeof(std::uint64_t) && is_plain(text);
    for (auto i = is_all_plain ? text.size() : 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) continue;
        out.append(text.data() + copied, i - copied);
        append_escape(out, text[i]);
        copied = i + 1;
    }
    out.append(text.data() + copied, text.size() - copied);
}

void append_json_number(std::string& out, float value) { append_digits(out, value); }
void append_json_number(std::string& out, std::int64_t value) { append_digits(out, value); }

void json_object_writer::separate()
{
    if (!empty_) out_ += ',';
    empty_ = false;
}

std::string& json_object_writer::name(member_name name)
{
    out_.append(empty_ ? "\"" : ",\"").append(name.text()).append("\":");
    empty_ = false;
    return out_;
}

std::string& json_object_writer::any_name(std::string_view name)
{
    separate();
    append_json_string(out_, name);
    return out_.append(1, ':');
}

void json_object_writer::text(member_name name, std::string_view value)
{
    append_json_string(this->name(name), value);
}

void json_object_writer::number(member_name name, std::int64_t value)
{
    append_json_number(this->name(name), value);
}

void json_object_writer::raw(member_name name, std::string_view json) { this->name(name) += json; }

void json_object_writer::raw_members(std::string_view members)
{
    if (members.empty()) return;
    separate();
    out_ += members;
}

}  // namespace pipeline
