#include "pipeline/vector_text.hpp"

#include <bit>
#include <utility>

#include "pipeline/base64.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/vector_packing.hpp"

namespace pipeline {
namespace {

void append_numbers(std::string& out, std::span<const float> values)
{
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        append_json_number(out, values[i]);
    }
    out += ']';
}

void append_quoted(std::string& out, std::span<const std::byte> bytes)
{
    out += '"';
    append_base64(out, bytes);
    out += '"';
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "float32 is copied as it stands in memory");
static_assert(sizeof(float) == 4);

std::optional<std::vector<float>> read_base64_vector(std::string_view text)
{
    const auto size = base64_decoded_size(text);
    if (!size || *size % sizeof(float) != 0) return std::nullopt;
    std::vector<float> values(*size / sizeof(float));
    if (!decode_base64(text, std::as_writable_bytes(std::span{values}))) return std::nullopt;
    return values;
}

void append_vector(std::string& out, std::span<const float> values, config::vector_encoding encoding)
{
    switch (encoding) {
        case config::vector_encoding::json: return append_numbers(out, values);
        case config::vector_encoding::float32: return append_quoted(out, std::as_bytes(values));
        case config::vector_encoding::float16: {
            const auto packed = pack_vector(values, encoding);
            return append_quoted(out, std::as_bytes(std::span{packed.bytes}));
        }
        case config::vector_encoding::int8: {
            const auto packed = pack_vector(values, encoding);
            json_object_writer members{out};
            append_json_number(members.name("scale"), packed.scale);
            append_quoted(members.name("values"), std::as_bytes(std::span{packed.bytes}));
            return members.close();
        }
    }
}

std::size_t likely_text_size(std::size_t floats, config::vector_encoding encoding) noexcept
{
    constexpr std::size_t bytes_per_number = 13;
    constexpr std::size_t frame = 48;
    const auto base64 = [](std::size_t bytes) { return (bytes + 2) / 3 * 4 + frame; };
    switch (encoding) {
        case config::vector_encoding::json: return floats * bytes_per_number;
        case config::vector_encoding::float32: return base64(floats * 4);
        case config::vector_encoding::float16: return base64(floats * 2);
        case config::vector_encoding::int8: return base64(floats);
    }
    return 0;
}

}  // namespace pipeline
