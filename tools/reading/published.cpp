#include "tools/reading/published.hpp"

#include <openssl/evp.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <bit>
#include <cstdint>
#include <stdexcept>

namespace reading {

namespace {

/// Little-endian IEEE 754 float32 in base64.
std::vector<float> decode_base64(std::string_view text)
{
    constexpr std::size_t float_size = 4;
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
    const auto size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
    if (size < 0 || (bytes.size() - padding) % float_size != 0) {
        throw std::runtime_error{"a vector is not base64 of float32"};
    }
    std::vector<float> vector((bytes.size() - padding) / float_size);
    for (std::size_t i = 0; i < vector.size(); ++i) {
        std::uint32_t bits = 0;
        for (std::size_t byte = 0; byte < float_size; ++byte) {
            bits |= static_cast<std::uint32_t>(bytes[i * float_size + byte]) << (8 * byte);
        }
        vector[i] = std::bit_cast<float>(bits);
    }
    return vector;
}

std::vector<float> read_vector(const rapidjson::Value& value)
{
    if (value.IsString()) return decode_base64({value.GetString(), value.GetStringLength()});
    std::vector<float> vector;
    if (value.IsArray()) {
        for (const auto& each : value.GetArray()) {
            if (!each.IsNumber()) throw std::runtime_error{"a vector holds something that is no number"};
            vector.push_back(each.GetFloat());
        }
    }
    return vector;
}

}  // namespace

published_result read_result(std::string_view value)
{
    rapidjson::Document document;
    document.Parse(value.data(), value.size());
    if (document.HasParseError() || !document.IsObject())
        throw std::runtime_error{"a result is no JSON object"};
    const auto id = document.FindMember("id");
    if (id == document.MemberEnd() || !id->value.IsString()) throw std::runtime_error{"a result has no id"};

    published_result result{.id{id->value.GetString(), id->value.GetStringLength()}, .vector{}};
    const auto vector = document.FindMember("vector");
    if (vector != document.MemberEnd()) result.vector = read_vector(vector->value);
    return result;
}

std::optional<std::string> text_at(std::string_view document, const std::string& pointer)
{
    const rapidjson::Pointer where{pointer.c_str()};
    if (!where.IsValid()) throw std::runtime_error{"'" + pointer + "' is no JSON Pointer"};
    rapidjson::Document parsed;
    parsed.Parse<rapidjson::kParseNumbersAsStringsFlag>(document.data(), document.size());
    if (parsed.HasParseError()) return std::nullopt;
    const auto* const found = where.Get(parsed);
    if (!found || !found->IsString()) return std::nullopt;
    return std::string{found->GetString(), found->GetStringLength()};
}

}  // namespace reading
