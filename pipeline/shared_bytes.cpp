#include "pipeline/shared_bytes.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace pipeline {
namespace {

// Answers of one kind differ by some bytes; rounded up, each fits where another one was.
constexpr std::size_t grain = std::size_t{64} * 1024;

}  // namespace

shared_bytes::shared_bytes(std::size_t size) : block_{make_block(size, nullptr)}, size_{size} {}

shared_bytes shared_bytes::copy_of(std::string_view text)
{
    shared_bytes copy{text.size()};
    std::copy(text.begin(), text.end(), copy.data());
    return copy;
}

shared_bytes::block* shared_bytes::make_block(std::size_t capacity, byte_pool* home)
{
    void* memory = ::operator new(sizeof(block) + capacity + room_behind);
    auto* made = new (memory) block{1, capacity, home};
    std::memset(made->bytes() + capacity, 0, room_behind);
    return made;
}

void shared_bytes::destroy(block* unused) noexcept { ::operator delete(unused); }

void shared_bytes::release(block* unused) noexcept
{
    if (unused->home != nullptr)
        unused->home->take_back(unused);
    else
        destroy(unused);
}

byte_pool::~byte_pool()
{
    assert(in_use_ == 0 && "all that was taken has come back before its pool goes");
    for (auto* each : idle_) shared_bytes::destroy(each);
}

shared_bytes byte_pool::take(std::size_t size)
{
    const auto wanted = (size + grain - 1) / grain * grain;
    // Not one that is far too large: a few small answers would keep the memory of all large ones.
    const auto fits = [&](const shared_bytes::block* each) {
        return each->capacity >= wanted && each->capacity / 4 <= wanted;
    };
    ++in_use_;
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(), fits);
    if (found == idle_.rend()) return {shared_bytes::make_block(wanted, this), size};
    auto* warm = *found;
    idle_.erase(std::next(found).base());
    idle_bytes_ -= warm->capacity;
    warm->owners = 1;
    return {warm, size};
}

void byte_pool::take_back(shared_bytes::block* unused) noexcept
{
    --in_use_;
    idle_bytes_ += unused->capacity;
    idle_.push_back(unused);
    while (idle_bytes_ > most_idle_) {
        auto* coldest = idle_.front();
        idle_.erase(idle_.begin());
        idle_bytes_ -= coldest->capacity;
        shared_bytes::destroy(coldest);
    }
}

}  // namespace pipeline
