#include "pipeline/refusal.hpp"

#include <algorithm>
#include <cassert>

namespace pipeline {

refusal::refusal(lane& from, std::vector<part*> parts) : from_{&from}
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
    failures = 0;
}

void refusal::drop(const part& one)
{
    for (auto& piece : pieces_) std::erase(piece, &one);
    std::erase_if(pieces_, [](const auto& piece) { return piece.empty(); });
}

std::vector<part*> refusal::take_all()
{
    std::vector<part*> all;
    for (const auto& piece : pieces_) all.insert(all.end(), piece.begin(), piece.end());
    pieces_.clear();
    return all;
}

}  // namespace pipeline
