#include "pipeline/vector_text.hpp"

#include <bit>
#include <utility>

#include "pipeline/base64.hpp"
#include "pipeline/json_text.hpp"

namespace pipeline {

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
        case config::vector_encoding::json: {
            out += '[';
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (i > 0) out += ',';
                append_json_number(out, values[i]);
            }
            out += ']';
            return;
        }
        case config::vector_encoding::base64:
            out += '"';
            append_base64(out, std::as_bytes(values));
            out += '"';
            return;
    }
}

}  // namespace pipeline
