#include "tools/simulator/hash.hpp"

#include <cstring>

namespace simulator {

std::uint64_t text_hash(std::string_view text)
{
    std::uint64_t hash = mixed(text.size());
    while (text.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 29;
        text.remove_prefix(sizeof word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, text.data(), text.size());
    return mixed(hash ^ rest);
}

}  // namespace simulator
