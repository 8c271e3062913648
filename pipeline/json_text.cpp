#include "pipeline/json_text.hpp"

#include <array>
#include <charconv>

namespace pipeline {
namespace {

constexpr bool needs_escape(char each)
{
    return static_cast<unsigned char>(each) < 0x20 || each == '"' || each == '\\';
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
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) continue;
        out += text.substr(copied, i - copied);
        append_escape(out, text[i]);
        copied = i + 1;
    }
    out += text.substr(copied);
}

void append_json_number(std::string& out, float value) { append_digits(out, value); }
void append_json_number(std::string& out, std::int64_t value) { append_digits(out, value); }

void json_object_writer::separate()
{
    if (!empty_) out_ += ',';
    empty_ = false;
}

std::string& json_object_writer::name(std::string_view name)
{
    separate();
    append_json_string(out_, name);
    out_ += ':';
    return out_;
}

void json_object_writer::text(std::string_view name, std::string_view value)
{
    append_json_string(this->name(name), value);
}

void json_object_writer::number(std::string_view name, std::int64_t value)
{
    append_json_number(this->name(name), value);
}

void json_object_writer::raw(std::string_view name, std::string_view json) { this->name(name) += json; }

void json_object_writer::raw_members(std::string_view members)
{
    if (members.empty()) return;
    separate();
    out_ += members;
}

}  // namespace pipeline
