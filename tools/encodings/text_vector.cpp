#include "tools/encodings/text_vector.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>

namespace encodings {
namespace {

constexpr std::size_t sums = 4096;

/// The finalizer of splitmix64: every bit depends on all bits.
constexpr std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

constexpr float sign_of(std::uint64_t hash) { return (hash & 1) != 0 ? -1.0F : 1.0F; }

char spelled(char letter)
{
    if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
    const bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter < 0;
    return kept ? letter : ' ';
}

void add_letters(std::vector<float>& into, std::string_view text)
{
    std::uint32_t four = ' ';
    for (const char each : text) {
        const auto letter = spelled(each);
        if (letter == ' ' && (four & 0xFF) == ' ') continue;
        four = four << 8 | static_cast<unsigned char>(letter);
        const auto hash = mixed(four);
        into[hash >> 52] += sign_of(hash);
    }
}

/// The Walsh-Hadamard transform, in place.
void transform(std::vector<float>& numbers)
{
    for (std::size_t half = 1; half < numbers.size(); half *= 2) {
        for (std::size_t block = 0; block < numbers.size(); block += 2 * half) {
            for (std::size_t i = block; i < block + half; ++i) {
                const auto a = numbers[i];
                const auto b = numbers[i + half];
                numbers[i] = a + b;
                numbers[i + half] = a - b;
            }
        }
    }
}

}  // namespace

std::vector<float> text_vector(std::string_view text, std::size_t dimensions)
{
    std::vector<float> numbers(sums, 0.0F);
    numbers[0] = 0.5F;  // so that no text has a vector of zeros
    add_letters(numbers, text);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] *= sign_of(mixed(~i));
    transform(numbers);
    numbers.resize(dimensions);
    const auto squares = std::inner_product(numbers.begin(), numbers.end(), numbers.begin(), 0.0);
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (auto& each : numbers) each *= scale;
    return numbers;
}

}  // namespace encodings
