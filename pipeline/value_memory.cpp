#include "pipeline/value_memory.hpp"

#include <utility>
#include <vector>

namespace pipeline {
namespace {

// Smaller ones cost little; larger ones are too few to keep.
constexpr std::size_t smallest = 4 * 1024;
constexpr std::size_t largest = 128 * 1024;
#ifdef BATCHMILL_SANITIZED
constexpr std::size_t most_idle = 0;
#else
constexpr std::size_t most_idle = 8 * 1024 * 1024;
#endif

/// The last one to come is the warmest, and the first to go.
struct idle_values {
    std::vector<std::string> all;
    std::size_t bytes = 0;
};

thread_local idle_values idle;

/// Not much more either: budgets count what values say, not what they could.
bool is_near(std::size_t room, std::size_t size) { return room >= size && room <= 2 * size; }

}  // namespace

std::string value_memory::take(std::size_t size)
{
    std::string taken;
    if (size >= smallest && !idle.all.empty() && is_near(idle.all.back().capacity(), size)) {
        taken = std::move(idle.all.back());
        idle.all.pop_back();
        idle.bytes -= taken.capacity();
        taken.clear();
    }
    taken.reserve(size);
    return taken;
}

void value_memory::give_back(std::string used)
{
    const auto room = used.capacity();
    if (room < smallest || room > largest || idle.bytes + room > most_idle) return;
    idle.bytes += room;
    idle.all.push_back(std::move(used));
}

std::size_t value_memory::idle_bytes() noexcept { return idle.bytes; }

}  // namespace pipeline
