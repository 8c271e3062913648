#include "tests/support/form_exchange.hpp"

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <stdexcept>

#include "config/names.hpp"
#include "pipeline/json_document.hpp"
#include "tests/support/config_loading.hpp"

using config::vector_encoding;
using namespace std::string_literals;

namespace tests {
namespace {

struct encoded_vector {
    std::string json;
    std::string float32;
    std::string float16;
    std::string int8;
    std::string scale;
    std::string float32_bytes;
    std::string float16_bytes;
    std::string int8_bytes;
};

/// 0.5, -0.25, 0.1 and -1, 0.75, 0.125, encoded with Python's struct and base64.
const std::array<encoded_vector, 2>& known_vectors()
{
    static const std::array<encoded_vector, 2> all{
        encoded_vector{"[0.5,-0.25,0.1]", R"("AAAAPwAAgL7NzMw9")", R"("ADgAtGYu")",
                       R"({"scale":0.003937008,"values":"f8AZ"})", "0.003937008",
                       "\0\0\0\x3F\0\0\x80\xBE\xCD\xCC\xCC\x3D"s, "\0\x38\0\xB4\x66\x2E"s, "\x7F\xC0\x19"s},
        encoded_vector{"[-1,0.75,0.125]", R"("AACAvwAAQD8AAAA+")", R"("ALwAOgAw")",
                       R"({"scale":0.007874016,"values":"gV8Q"})", "0.007874016",
                       "\0\0\x80\xBF\0\0\x40\x3F\0\0\0\x3E"s, "\0\xBC\0\x3A\0\x30"s, "\x81\x5F\x10"s}};
    return all;
}

const std::string& json_of(const encoded_vector& known, vector_encoding encoding)
{
    switch (encoding) {
        case vector_encoding::json: return known.json;
        case vector_encoding::float32: return known.float32;
        case vector_encoding::float16: return known.float16;
        case vector_encoding::int8: return known.int8;
    }
    throw std::logic_error{"an encoding that the known vectors lack"};
}

const std::string& bytes_of(const encoded_vector& known, vector_encoding encoding)
{
    switch (encoding) {
        case vector_encoding::json: break;
        case vector_encoding::float32: return known.float32_bytes;
        case vector_encoding::float16: return known.float16_bytes;
        case vector_encoding::int8: return known.int8_bytes;
    }
    throw std::logic_error{"an encoding without bytes"};
}

std::string placeholder(std::size_t which) { return "\"VECTOR " + std::to_string(which) + '"'; }

std::string compact_member(const pipeline::json_value& object, std::string_view name,
                           std::string_view otherwise)
{
    const auto found = object.member(name);
    if (!found) return std::string{otherwise};
    std::string text;
    append_compact(text, *found);
    return text;
}

}  // namespace

std::size_t form_exchange::vectors() const
{
    std::size_t count = 0;
    while (merged.find(placeholder(count)) != merged.npos) ++count;
    return count;
}

std::vector<form_exchange> exchanges_of(config::operation asks)
{
    const auto path = SOURCE_ROOT "/tests/pipeline/forms/" + std::string{config::name_of(asks)} + ".json";
    const auto text = read_text(path);
    const auto document = pipeline::json_document::parse(text);
    REQUIRE_MESSAGE(document.has_value(), path);
    std::vector<form_exchange> all;
    for (const auto& each : document->root().members()) {
        const auto member = [&](std::string_view of, std::string_view otherwise = {}) {
            return compact_member(each.value, of, otherwise);
        };
        all.push_back({std::string{each.name.text()}, member("line"), member("text"), member("parameters", "{}"),
                       member("request"), member("reply"), member("result"), member("response"),
                       member("merged")});
    }
    return all;
}

std::string with_vectors(std::string text, vector_encoding encoding)
{
    for (std::size_t i = 0; i < known_vectors().size(); ++i) {
        const auto hole = placeholder(i);
        const auto at = text.find(hole);
        if (at != text.npos) text.replace(at, hole.size(), json_of(known_vectors()[i], encoding));
    }
    return text;
}

std::string vector_bytes(std::size_t count, vector_encoding encoding)
{
    std::string all;
    for (const auto& each : std::span{known_vectors()}.first(count)) all += bytes_of(each, encoding);
    return all;
}

std::string vector_scales(std::size_t count)
{
    std::string all;
    for (const auto& each : std::span{known_vectors()}.first(count))
        all += (all.empty() ? "" : " ") + each.scale;
    return all;
}

}  // namespace tests
