#pragma once

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

/// A JSON object that is written member by member to the end of a string.
class json_object_writer {
public:
    /// `out` must outlive the writer and be left alone, but for values after name().
    explicit json_object_writer(std::string& out) : out_{out} { out_ += '{'; }

    /// Writes the name; the caller appends the value to what comes back.
    std::string& name(std::string_view name);

    void text(std::string_view name, std::string_view value);
    void number(std::string_view name, std::int64_t value);
    /// `json` is a value already written as JSON.
    void raw(std::string_view name, std::string_view json);
    /// Several members at once, as `"a":1,"b":2`; none where empty.
    void raw_members(std::string_view members);

    void close() { out_ += '}'; }

private:
    void separate();

    std::string& out_;
    bool empty_ = true;
};

}  // namespace pipeline
