#include "pipeline/offset_ledger.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace pipeline {
namespace {

// Shifts, not division: they round down for every offset and cost one instruction.
constexpr std::int64_t block_of(std::int64_t offset) { return offset >> 6; }
constexpr std::uint64_t bit_of(std::int64_t offset) { return std::uint64_t{1} << (offset & 63); }

constexpr std::size_t smallest_ring = 16;

}  // namespace

void offset_ledger::open(std::int64_t offset)
{
    assert(offset >= position_ && "records are opened in the order of their offsets");
    const auto number = block_of(offset);
    if (size_ == 0 || at(size_ - 1).number != number) append(number);
    at(size_ - 1).open |= bit_of(offset);
    ++open_count_;
    position_ = offset + 1;
}

void offset_ledger::close(std::int64_t offset) noexcept
{
    const auto index = find(block_of(offset));
    assert(index < size_ && (at(index).open & bit_of(offset)) != 0 && "only an open record can be closed");
    at(index).open &= ~bit_of(offset);
    --open_count_;
    ++closed_count_;
    if (index == 0) drop_closed_front();
}

void offset_ledger::close_run(offset_run run) noexcept
{
    for (auto index = find(block_of(run.begin)); index < size_; ++index) {
        auto& here = at(index);
        const auto first = here.number << 6;
        if (first >= run.end) break;
        auto wanted = here.open;
        if (first < run.begin && first + 64 > run.begin) wanted &= ~std::uint64_t{0} << (run.begin - first);
        if (first + 64 > run.end) wanted &= (std::uint64_t{1} << (run.end - first)) - 1;
        if (first + 64 <= run.begin) wanted = 0;
        here.open &= ~wanted;
        const auto count = static_cast<std::size_t>(std::popcount(wanted));
        open_count_ -= count;
        closed_count_ += count;
    }
    drop_closed_front();
}

void offset_ledger::advance_to(std::int64_t position) noexcept { position_ = std::max(position_, position); }

std::int64_t offset_ledger::committable() const noexcept
{
    if (size_ == 0) return position_;
    const auto& lowest = at(0);
    return (lowest.number << 6) + std::countr_zero(lowest.open);
}

bool offset_ledger::is_open(std::int64_t offset) const noexcept
{
    const auto index = find(block_of(offset));
    return index < size_ && at(index).number == block_of(offset) && (at(index).open & bit_of(offset)) != 0;
}

std::vector<offset_run> offset_ledger::done_above() const
{
    std::vector<offset_run> done;
    auto next = committable();
    for (std::size_t i = 0; i < size_; ++i) {
        const auto& here = at(i);
        for (auto open = here.open; open != 0; open &= open - 1) {
            const auto offset = (here.number << 6) + std::countr_zero(open);
            if (offset > next) done.push_back({next, offset});
            next = offset + 1;
        }
    }
    if (next < position_) done.push_back({next, position_});
    return done;
}

std::size_t offset_ledger::find(std::int64_t number) const noexcept
{
    if (size_ == 0 || number <= at(0).number) return 0;
    // Without gaps a block stands where its distance says; gaps can only move it to the front.
    const auto distance = static_cast<std::size_t>(number - at(0).number);
    if (distance < size_ && at(distance).number == number) return distance;
    std::size_t low = 0;
    std::size_t high = std::min(size_, distance);
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (at(middle).number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void offset_ledger::append(std::int64_t number)
{
    if (size_ == ring_.size()) {
        std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(head_), ring_.end());
        head_ = 0;
        ring_.resize(std::max(smallest_ring, ring_.size() * 2));
    }
    ++size_;
    at(size_ - 1) = block{number, 0};
}

void offset_ledger::drop_closed_front() noexcept
{
    while (size_ > 0 && at(0).open == 0) {
        head_ = (head_ + 1) & (ring_.size() - 1);
        --size_;
    }
}

}  // namespace pipeline
