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

void append_vector(std::string& out, const embedding& vector, config::vector_encoding encoding)
{
    switch (encoding) {
        case config::vector_encoding::json:
            if (const auto came = vector.text_as(vector_text_form::numbers); !came.empty()) {
                out.append(1, '[').append(came).append(1, ']');
                return;
            }
            return append_numbers(out, vector.values());
        case config::vector_encoding::float32:
            // Strictly decoded, equal bytes have one text: what came is what would be written.
            if (const auto came = vector.text_as(vector_text_form::base64); !came.empty()) {
                out.append(1, '"').append(came).append(1, '"');
                return;
            }
            return append_quoted(out, std::as_bytes(std::span{vector.values()}));
        case config::vector_encoding::float16: {
            std::string packed;
            append_packed(packed, vector.values(), encoding);
            return append_quoted(out, std::as_bytes(std::span{packed}));
        }
        case config::vector_encoding::int8: {
            std::string packed;
            const auto scale = append_packed(packed, vector.values(), encoding);
            json_object_writer members{out};
            append_json_number(members.name("scale"), scale);
            append_quoted(members.name("values"), std::as_bytes(std::span{packed}));
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
