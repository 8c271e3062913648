#include "pipeline/refusal.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace pipeline {

refusal::refusal(lane& from, std::vector<part*> parts, kind why) : from_{&from}, why_{why}
{
    assert(parts.size() > 1 && "a part refused alone needs no bisection");
    for (const auto* each : parts) routes_.insert(each->asked_by->way);
    pieces_.push_back(std::move(parts));
    split();
}

void refusal::split()
{
    auto whole = std::move(pieces_.back());
    pieces_.pop_back();
    assert(whole.size() > 1);
    const auto middle = whole.begin() + static_cast<std::ptrdiff_t>((whole.size() + 1) / 2);
    pieces_.emplace_back(middle, whole.end());
    pieces_.emplace_back(whole.begin(), middle);
}

void refusal::postpone() { std::rotate(pieces_.begin(), std::prev(pieces_.end()), pieces_.end()); }

bool refusal::drop(const part& one)
{
    auto dropped = false;
    const auto settled = pieces_.size() - (in_flight ? 1 : 0);
    for (std::size_t i = 0; i < settled; ++i) dropped = std::erase(pieces_[i], &one) > 0 || dropped;
    for (auto i = settled; i-- > 0;) {
        if (pieces_[i].empty()) pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return dropped;
}

}  // namespace pipeline
