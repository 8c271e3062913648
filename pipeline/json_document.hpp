#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/failure.hpp"

namespace pipeline {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// "a string", "null", ...: for sentences.
[[nodiscard]] std::string_view name_of(json_kind kind) noexcept;

class json_document;
struct json_member;

/// One value of a json_document, or the name of a member: a light handle that is valid as long as the
/// document and its source stay where they are.
class json_value {
public:
    [[nodiscard]] json_kind kind() const;
    [[nodiscard]] bool is(json_kind wanted) const { return kind() == wanted; }

    /// Exactly the bytes of the source. A string with its quotes and escapes, a number with every digit.
    [[nodiscard]] std::string_view source() const;
    /// What a string says: without quotes and escapes.
    [[nodiscard]] std::string_view text() const;
    /// A number that is whole, written without fraction or exponent, and fits.
    [[nodiscard]] std::optional<std::int64_t> integer() const;

    /// The values of an array. None for other kinds.
    [[nodiscard]] std::vector<json_value> elements() const;
    /// The members of an object in the order of the source. None for other kinds.
    [[nodiscard]] std::vector<json_member> members() const;
    /// The member's value. Nothing where there is no such member or this is no object.
    [[nodiscard]] std::optional<json_value> member(std::string_view name) const;
    /// What stands at the end of a JSON Pointer's reference tokens, starting here.
    [[nodiscard]] std::optional<json_value> at(std::span<const std::string> tokens) const;

    /// Where it stands in its document, as a JSON Pointer (RFC 6901). Long member names are cut short.
    [[nodiscard]] std::string pointer() const;

private:
    friend class json_document;
    json_value(const json_document& document, std::uint32_t node) : document_{&document}, node_{node} {}

    const json_document* document_;
    std::uint32_t node_;
};

struct json_member {
    json_value name;
    json_value value;
};

/// A JSON text (RFC 8259) taken apart in one pass into a flat list of values, each of which knows its slice
/// of the source. Unlike a tree of converted values this keeps every number as it was written, lets whole
/// members be passed on untouched, and can say where in the source something stands.
///
/// Stricter than RFC 8259, because two readers of the same record must not see two different records:
/// well-formed UTF-8 without a byte order mark, no lone surrogates, no member twice in one object. Bounded
/// whatever the bytes are: at most max_depth levels and so many values as the caller allows.
class json_document {
public:
    static constexpr std::size_t max_depth = 64;
    /// Far above what a record needs; each value takes 20 bytes beside the source and its copy.
    static constexpr std::size_t usual_max_values = 1'000'000;

    /// `source` must outlive the document. Fails with errc::refused, a code that names the mistake and a
    /// detail that names the place by byte offset or JSON Pointer.
    [[nodiscard]] static result<json_document> parse(const std::string& source,
                                                     std::size_t max_values = usual_max_values);
    static result<json_document> parse(std::string&& source, std::size_t max_values = 0) = delete;

    [[nodiscard]] json_value root() const { return {*this, 0}; }

private:
    friend class json_value;
    class builder;

    /// The values in the order of the source. Behind a container stand its elements, or its members as name
    /// and value in turn.
    struct node {
        std::uint32_t begin = 0;  ///< slice of the source
        std::uint32_t end = 0;
        std::uint32_t next = 0;    ///< the first node that is not inside of this one
        std::uint32_t length = 0;  ///< of a string's text
        json_kind kind = json_kind::null;
    };

    explicit json_document(const std::string& source) : source_{source} {}

    [[nodiscard]] std::string_view text_of(const node& each) const;
    [[nodiscard]] std::string pointer_to(std::uint32_t target) const;

    std::string_view source_;
    /// A copy of the source in which the text of each string stands without escapes, from where it began.
    std::string unescaped_;
    boost::container::small_vector<node, 32> nodes_;
};

/// Appends the value without the white space between its parts.
void append_compact(std::string& out, const json_value& value);
[[nodiscard]] std::string compact(const json_value& value);

}  // namespace pipeline
