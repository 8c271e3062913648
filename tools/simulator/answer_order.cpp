#include "tools/simulator/answer_order.hpp"

#include <algorithm>

#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

/// Always the same disorder for the same count, and never the order itself where there are two or more.
void shuffle(std::vector<answer_slot>& slots)
{
    for (std::size_t last = slots.size(); last > 1; --last) {
        std::swap(slots[last - 1], slots[mixed(last) % last]);
    }
    if (slots.size() > 1 && slots.front().position == 0) std::ranges::rotate(slots, slots.begin() + 1);
}

void apply(index_fault fault, std::vector<answer_slot>& slots)
{
    if (slots.empty()) return;
    switch (fault) {
        case index_fault::none: return;
        case index_fault::shuffled: shuffle(slots); return;
        case index_fault::all_absent:
            for (auto& each : slots) each.index.reset();
            return;
        case index_fault::one_absent: slots.back().index.reset(); return;
        case index_fault::doubled:
            if (slots.size() == 1) slots.push_back(slots.front());
            slots.back().index = slots.front().index;
            return;
        case index_fault::out_of_range: slots.back().index = static_cast<std::int64_t>(slots.size()); return;
        case index_fault::negative: slots.back().index = -1; return;
    }
}

void apply(count_fault fault, std::vector<answer_slot>& slots)
{
    if (slots.empty()) return;
    switch (fault) {
        case count_fault::none: return;
        case count_fault::one_missing: slots.pop_back(); return;
        case count_fault::all_missing: slots.clear(); return;
        case count_fault::one_extra:
            slots.push_back({.position = slots.size() - 1, .index = static_cast<std::int64_t>(slots.size())});
            return;
    }
}

}  // namespace

std::vector<answer_slot> arrange(std::size_t count, const reply_fault& fault)
{
    std::vector<answer_slot> slots(count);
    for (std::size_t at = 0; at < count; ++at) {
        slots[at] = {.position = at, .index = static_cast<std::int64_t>(at)};
    }
    apply(fault.count, slots);
    apply(fault.index, slots);
    return slots;
}

}  // namespace simulator
