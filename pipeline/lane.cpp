#include "pipeline/lane.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/request_parameters.hpp"
#include "pipeline/route.hpp"
#include "pipeline/token_ratio.hpp"

namespace pipeline {
namespace {

constexpr int look_ahead = 32;  // parts of a route passed over in a batch; more only defers big ones

/// The parts of one route that a batch is cut from.
struct cursor {
    fair_shares::account* by;
    boost::intrusive::list<part>* parts;
    config::tokens* cost;
    boost::intrusive::list<part>::iterator at;
    double tokens_above_charge;  ///< for each byte
    std::size_t longest_in_company;
    int passed_over = 0;

    /// What the part counts as in its request: what it is charged with, or more where texts of its route have
    /// had more tokens.
    [[nodiscard]] config::tokens size() const
    {
        const auto above = tokens_above_charge * static_cast<double>(at->text_bytes);
        return at->cost + config::tokens{static_cast<std::int64_t>(above)};
    }
};

/// When a part goes: when it is its route's turn, and of parts that are alike in that the older one first.
struct place_in_line {
    fair_shares::turn turn;
    std::uint64_t sequence;
    auto operator<=>(const place_in_line&) const = default;
};

}  // namespace

bool lane::empty() const
{
    return std::all_of(waiting_.begin(), waiting_.end(),
                       [](const auto& each) { return each.second.parts.empty(); });
}

void lane::push_back(part& one)
{
    auto& line = waiting_[one.asked_by->way];
    line.parts.push_back(one);
    line.cost += one.cost;
}

void lane::put_back(const std::vector<part*>& parts)
{
    for (auto* each : parts) {
        auto& line = waiting_[each->asked_by->way];
        auto& parts_there = line.parts;
        // Parts that queue up again are the youngest: not worth a walk along the whole queue each.
        const auto youngest = parts_there.empty() || parts_there.back().sequence < each->sequence;
        const auto place =
            youngest ? parts_there.end()
                     : std::find_if(parts_there.begin(), parts_there.end(),
                                    [&](const part& other) { return other.sequence > each->sequence; });
        parts_there.insert(place, *each);
        line.cost += each->cost;
    }
}

std::vector<part*> lane::cut(const batch_limits& limits, const hold_rule& is_held, fair_shares& shares,
                             const std::function<route_measures(const route&)>& measures)
{
    std::vector<cursor> open;
    for (auto& [way, line] : waiting_) {
        if (line.parts.empty() || is_held(line.parts.front())) continue;
        const auto known = measures(*way);
        open.push_back({&shares.of(*way), &line.parts, &line.cost, line.parts.begin(),
                        std::max(0.0, known.tokens_per_byte - charged_per_byte), known.longest_in_company});
    }

    std::vector<part*> batch;
    std::size_t most_inputs = limits.inputs;
    config::tokens cost{0};
    config::tokens tokens{0};
    std::size_t bytes = 0;
    while (!open.empty() && batch.size() < most_inputs) {
        const auto place_of = [&](const cursor& each) {
            return place_in_line{shares.turn_of(*each.by), each.at->sequence};
        };
        const auto next = open.size() == 1 ? open.begin()
                                           : std::min_element(open.begin(), open.end(),
                                                              [&](const cursor& a, const cursor& b) {
                                                                  return place_of(a) < place_of(b);
                                                              });
        part& one = *next->at;
        const auto size = next->size();
        const auto alone = one.text_bytes > next->longest_in_company;
        const auto in_company =
            batch.empty() || (!alone && batch.front()->failed_before == one.failed_before);
        const auto in_request = tokens + size <= limits.tokens && bytes + one.bytes <= limits.bytes;
        const auto fits = in_company && in_request && cost + one.cost <= limits.allowance &&
                          batch.size() < one.largest_batch;
        const auto passes_alone =
            batch.empty() &&
            (limits.oversized_alone || (size > limits.tokens && one.cost <= limits.allowance) ||
             (bytes + one.bytes > limits.bytes && one.cost <= limits.allowance));
        if (!fits && !passes_alone) {
            if (++next->at == next->parts->end() || ++next->passed_over == look_ahead) open.erase(next);
            continue;
        }
        batch.push_back(&one);
        shares.sent(*next->by, one.cost);
        *next->cost -= one.cost;
        next->at = next->parts->erase(next->at);
        if (next->at == next->parts->end()) open.erase(next);
        cost += one.cost;
        tokens += size;
        bytes += one.bytes;
        most_inputs = std::min(most_inputs, one.largest_batch);
        if (!fits || alone) break;
    }
    return batch;
}

void lane::remove(part& one)
{
    auto& line = waiting_[one.asked_by->way];
    line.parts.erase(line.parts.iterator_to(one));
    line.cost -= one.cost;
}

const part* lane::first(const hold_rule& is_held, fair_shares& shares) const
{
    const part* next = nullptr;
    place_in_line best{};
    for (const auto& [way, line] : waiting_) {
        if (line.parts.empty() || is_held(line.parts.front())) continue;
        const place_in_line its{shares.turn_of(shares.of(*way)), line.parts.front().sequence};
        if (next && best < its) continue;
        next = &line.parts.front();
        best = its;
    }
    return next;
}

std::optional<charge_wish> lane::wish(const hold_rule& is_held, fair_shares& shares) const
{
    const auto* next = first(is_held, shares);
    if (!next) return std::nullopt;
    config::tokens all;
    for (const auto& [way, line] : waiting_) {
        if (!line.parts.empty() && !is_held(line.parts.front())) all += line.cost;
    }
    // Where parts share requests, there is always a small one that fills the rest: it need not be looked for.
    if (!has_one_piece(key_.form.asks)) return charge_wish{next->cost, all, next->cost, all};
    return charge_wish{next->cost, next->cost, smallest_of_the_next(is_held), all};
}

config::tokens lane::smallest_of_the_next(const hold_rule& is_held) const
{
    auto smallest = allowance::unlimited;
    for (const auto& [way, line] : waiting_) {
        if (line.parts.empty() || is_held(line.parts.front())) continue;
        auto left = look_ahead;
        for (auto each = line.parts.begin(); each != line.parts.end() && left > 0; ++each, --left)
            smallest = std::min(smallest, each->cost);
    }
    return smallest;
}

}  // namespace pipeline
