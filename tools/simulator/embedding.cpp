#include "tools/simulator/embedding.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

constexpr float gram_weight = 0.25F;  // a word of eight letters weighs 1.5

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
    // The upper half scaled to the size is a division-free modulo. The bit below it becomes the sign of the
    // weight, without a branch: it would be guessed wrong every other time.
    const auto dimension = (hash >> 32) * vector.size() >> 32;
    const auto sign = static_cast<std::uint32_t>(hash) & 0x8000'0000U;
    vector[dimension] += std::bit_cast<float>(std::bit_cast<std::uint32_t>(weight) ^ sign);
}

/// Multiplicative hashing (Knuth): the upper bits depend on all bits of the factors, which is all that
/// add_feature looks at, at a fraction of the price of mixed().
constexpr std::uint64_t scatter = 0x9E3779B97F4A7C15ULL;

/// Cuts the letters that come into words and grams, and adds each to a vector as it ends.
class feature_stream {
public:
    explicit feature_stream(std::span<float> vector) : vector_{vector} {}

    /// A letter as `spelling` has it. Several spaces in a row count as one.
    void take(char letter)
    {
        if (letter == ' ') {
            if (word_length_ == 0) return;
            end_word();
        } else {
            word_hash_ = (word_hash_ ^ static_cast<unsigned char>(letter)) * scatter;
            ++word_length_;
        }
        gram_ = gram_ << 8 | static_cast<unsigned char>(letter);
        const bool complete = gram_ > 0xFFFFFF;  // no letter is zero
        if (complete) add_feature(vector_, gram_ * scatter, gram_weight);
    }

private:
    void end_word()
    {
        constexpr std::size_t shortest = 3;
        constexpr std::size_t longest = 8;
        if (word_length_ >= shortest) {
            const auto length = static_cast<float>(std::min(word_length_, longest));
            add_feature(vector_, mixed(word_hash_), length / 4 - 0.5F);
        }
        word_hash_ = 0;
        word_length_ = 0;
    }

    std::span<float> vector_;
    std::uint32_t gram_ = ' ';  // every text begins at the beginning of a word
    std::uint64_t word_hash_ = 0;
    std::size_t word_length_ = 0;
};

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

void embed(std::string_view text, std::span<float> vector)
{
    std::ranges::fill(vector, 0.0F);
    feature_stream features{vector};
    for (const char letter : text) features.take(spelling[static_cast<unsigned char>(letter)]);
    features.take(' ');

    auto length = std::sqrt(square_sum(vector));
    if (length == 0) {  // nothing but punctuation, or features that cancelled out
        add_feature(vector, text_hash(text), 1);
        length = 1;
    }
    const auto scale = 1 / length;
    for (auto& number : vector) number *= scale;
}

}  // namespace simulator
