#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pipeline {

/// Appends `text`, which is UTF-8, as a JSON string: quotes around it, escapes only where RFC 8259 asks for
/// them.
void append_json_string(std::string& out, std::string_view text);

/// The same without the quotes: the inside of a JSON string.
void append_json_letters(std::string& out, std::string_view text);

/// Appends the shortest decimal that reads back as the same float. `value` is finite.
void append_json_number(std::string& out, float value);
void append_json_number(std::string& out, std::int64_t value);

/// The name of a member that this program knows: a literal in which nothing needs an escape. A result has a
/// dozen of them, which need not be looked through again for each text.
class member_name {
public:
    template <std::size_t size>
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is what it is
    consteval member_name(const char (&literal)[size]) : text_{literal, size - 1}
    {
        for (const auto each : text_)
            if (each < ' ' || each == '"' || each == '\\') throw "needs an escape";
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// A JSON object that is written member by member to the end of a string.
class json_object_writer {
public:
    /// `out` must outlive the writer and be left alone, but for values after name().
    explicit json_object_writer(std::string& out) : out_{out} { out_ += '{'; }

    /// Writes the name; the caller appends the value to what comes back.
    std::string& name(member_name name);
    /// The same for any UTF-8.
    std::string& any_name(std::string_view name);

    void text(member_name name, std::string_view value);
    void number(member_name name, std::int64_t value);
    /// `json` is a value already written as JSON.
    void raw(member_name name, std::string_view json);
    /// Several members at once, as `"a":1,"b":2`; none where empty.
    void raw_members(std::string_view members);

    void close() { out_ += '}'; }

private:
    void separate();

    std::string& out_;
    bool empty_ = true;
};

}  // namespace pipeline
