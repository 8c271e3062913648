#include "pipeline/lane.hpp"

#include <algorithm>

#include "pipeline/route.hpp"

namespace pipeline {
namespace {

constexpr int look_ahead = 32;  // parts passed over before a batch is closed; more only defers big ones

}  // namespace

bool lane::empty() const
{
    return std::all_of(waiting_.begin(), waiting_.end(),
                       [](const auto& each) { return each.second.empty(); });
}

void lane::push_back(part& one)
{
    waiting_[one.asked_by->way].push_back(one);
    cost_ += one.cost;
}

void lane::put_back(const std::vector<part*>& parts)
{
    for (auto* each : parts) {
        auto& line = waiting_[each->asked_by->way];
        const auto place = std::find_if(line.begin(), line.end(),
                                        [&](const part& other) { return other.sequence > each->sequence; });
        line.insert(place, *each);
        cost_ += each->cost;
    }
}

std::vector<part*> lane::cut(const batch_limits& limits, const std::function<bool(const route&)>& blocked)
{
    struct cursor {
        queue* line;
        queue::iterator at;
    };
    std::vector<cursor> open;
    for (auto& [way, line] : waiting_) {
        if (!line.empty() && !blocked(*way)) open.push_back({&line, line.begin()});
    }

    std::vector<part*> batch;
    std::size_t most_inputs = limits.inputs;
    config::tokens cost{0};
    std::size_t bytes = 0;
    int passed_over = 0;
    while (!open.empty() && batch.size() < most_inputs && passed_over < look_ahead) {
        const auto next = std::min_element(open.begin(), open.end(), [](const cursor& a, const cursor& b) {
            return a.at->sequence < b.at->sequence;
        });
        part& one = *next->at;
        const auto in_company = batch.empty() || batch.front()->failed_before == one.failed_before;
        const auto in_request = cost + one.cost <= limits.tokens && bytes + one.bytes <= limits.bytes;
        const auto fits = in_company && in_request && cost + one.cost <= limits.allowance &&
                          batch.size() < one.largest_batch;
        const auto passes_alone =
            batch.empty() &&
            (limits.oversized_alone || (one.cost > limits.tokens && one.cost <= limits.allowance) ||
             (bytes + one.bytes > limits.bytes && one.cost <= limits.allowance));
        if (!fits && !passes_alone) {
            ++passed_over;
            if (++next->at == next->line->end()) open.erase(next);
            continue;
        }
        next->at = next->line->erase(next->at);
        if (next->at == next->line->end()) open.erase(next);
        batch.push_back(&one);
        cost_ -= one.cost;
        cost += one.cost;
        bytes += one.bytes;
        most_inputs = std::min(most_inputs, one.largest_batch);
        if (!fits) break;
    }
    return batch;
}

void lane::remove(part& one)
{
    auto& line = waiting_[one.asked_by->way];
    line.erase(line.iterator_to(one));
    cost_ -= one.cost;
}

charge_wish lane::wish() const
{
    const part* oldest = nullptr;
    for (const auto& [way, line] : waiting_) {
        if (!line.empty() && (!oldest || line.front().sequence < oldest->sequence)) oldest = &line.front();
    }
    return {oldest ? oldest->cost : config::tokens{0}, cost_};
}

}  // namespace pipeline
