#include "tools/simulator/embedding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

constexpr std::size_t gram_size = 4;
constexpr float gram_weight = 0.25F;

/// What becomes of each byte: letters in lower case, other scripts as they are, anything else a space.
constexpr auto spelling = [] {
    std::array<char, 256> table{};
    for (unsigned code = 0; code < table.size(); ++code) {
        const bool upper = code >= 'A' && code <= 'Z';
        const bool kept = (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') || code >= 0x80;
        table[code] = static_cast<char>(upper ? code + ('a' - 'A') : kept ? code : ' ');
    }
    return table;
}();

void add_feature(std::span<float> vector, std::uint64_t hash, float weight)
{
    // The upper half scaled to the size is a division-free modulo; the lowest bit is the sign.
    const auto dimension = (hash >> 32) * vector.size() >> 32;
    vector[dimension] += (hash & 1U) != 0 ? weight : -weight;
}

float word_weight(std::size_t length)
{
    constexpr float longest = 8;
    return std::min(static_cast<float>(length), longest) / 4 - 0.5F;
}

/// Four sums side by side: the compiler may not reorder the additions of one.
float square_sum(std::span<const float> vector)
{
    std::array<float, 4> sums{};
    std::size_t at = 0;
    for (; at + sums.size() <= vector.size(); at += sums.size()) {
        for (std::size_t lane = 0; lane < sums.size(); ++lane) {
            sums[lane] += vector[at + lane] * vector[at + lane];
        }
    }
    for (; at < vector.size(); ++at) sums[0] += vector[at] * vector[at];
    return sums[0] + sums[1] + sums[2] + sums[3];
}

}  // namespace

void feature_hasher::normalise_spelling(std::string_view text)
{
    words_.resize(text.size() + 2);
    char* to = words_.data();
    *to++ = ' ';
    for (const char letter : text) {
        const char spelt = spelling[static_cast<unsigned char>(letter)];
        if (spelt == ' ' && to[-1] == ' ') continue;
        *to++ = spelt;
    }
    if (to[-1] != ' ') *to++ = ' ';
    words_.resize(static_cast<std::size_t>(to - words_.data()));
}

void feature_hasher::embed(std::string_view text, std::span<float> vector)
{
    std::ranges::fill(vector, 0.0F);
    normalise_spelling(text);

    for (std::size_t at = 0; at + gram_size <= words_.size(); ++at) {
        std::uint32_t gram = 0;
        std::memcpy(&gram, words_.data() + at, gram_size);
        add_feature(vector, mixed(gram), gram_weight);
    }
    for (std::size_t start = 1; start < words_.size();) {
        const auto end = words_.find(' ', start);
        const auto word = std::string_view{words_}.substr(start, end - start);
        if (word.size() > 2) add_feature(vector, text_hash(word), word_weight(word.size()));
        start = end + 1;
    }

    auto length = std::sqrt(square_sum(vector));
    if (length == 0) {  // nothing but punctuation, or features that cancelled out
        add_feature(vector, text_hash(text), 1);
        length = 1;
    }
    for (auto& number : vector) number /= length;
}

}  // namespace simulator
