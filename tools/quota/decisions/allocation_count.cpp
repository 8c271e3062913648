#include "tools/quota/decisions/allocation_count.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

std::size_t made = 0;

}  // namespace

void* operator new(std::size_t bytes)
{
    ++made;
    if (auto* memory = std::malloc(std::max<std::size_t>(bytes, 1))) return memory;
    throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace quota {

std::size_t allocations() { return made; }

}  // namespace quota
