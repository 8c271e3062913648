#include "tools/simulator/account.hpp"

#include <algorithm>
#include <chrono>

#include "tools/simulator/hash.hpp"
#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

/// clear() may have come between the counting and the taking back.
void take_back(std::uint64_t& counter, std::uint64_t amount) { counter -= std::min(counter, amount); }

std::uint64_t unix_now_ms()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now).count());
}

}  // namespace

void account::arrived()
{
    const std::lock_guard lock{mutex_};
    if (totals_.requests++ == 0) totals_.first_arrival_ms = unix_now_ms();
    ++totals_.in_flight;
    totals_.most_in_flight = std::max(totals_.most_in_flight, totals_.in_flight);
}

void account::read(const call& asked)
{
    const std::lock_guard lock{mutex_};
    totals_.inputs += asked.inputs.size();
    ++totals_.inputs_per_request[asked.inputs.size()];
    for (const auto& each : asked.inputs) ++inputs_[each.hash].asked;
}

void account::admitted(std::uint64_t tokens)
{
    const std::lock_guard lock{mutex_};
    totals_.admitted_tokens += tokens;
}

void account::answered(const receipt& paid)
{
    const std::lock_guard lock{mutex_};
    take_back(totals_.in_flight, 1);
    if (paid.status == 0) {
        ++totals_.broken;
    } else if (!paid.bought) {
        ++totals_.refused[paid.status];
    } else {
        ++totals_.ok;
        totals_.bought_inputs += paid.inputs.size();
        totals_.billed_tokens += paid.billed_tokens;
        for (const auto hash : paid.inputs) ++inputs_[hash].bought;
    }
}

void account::closed_early(const receipt& paid)
{
    const std::lock_guard lock{mutex_};
    if (paid.status == 0) return;
    ++totals_.broken;
    if (!paid.bought) {
        take_back(totals_.refused[paid.status], 1);
        return;
    }
    take_back(totals_.ok, 1);
    take_back(totals_.bought_inputs, paid.inputs.size());
    take_back(totals_.billed_tokens, paid.billed_tokens);
    for (const auto hash : paid.inputs) take_back(inputs_[hash].bought, 1);
}

account_totals account::totals() const
{
    const std::lock_guard lock{mutex_};
    auto sums = totals_;
    sums.distinct_inputs = inputs_.size();
    for (const auto& [hash, count] : inputs_) {
        sums.max_asked_per_input = std::max(sums.max_asked_per_input, count.asked);
        sums.max_bought_per_input = std::max(sums.max_bought_per_input, count.bought);
    }
    return sums;
}

input_count account::count_of(std::string_view text) const
{
    const std::lock_guard lock{mutex_};
    const auto found = inputs_.find(text_hash(text));
    return found == inputs_.end() ? input_count{} : found->second;
}

void account::clear()
{
    const std::lock_guard lock{mutex_};
    const auto in_flight = totals_.in_flight;
    totals_ = {};
    totals_.in_flight = totals_.most_in_flight = in_flight;
    inputs_.clear();
}

namespace {

void append_count(std::string& out, std::string_view name, std::uint64_t count)
{
    if (out.back() != '{') out += ',';
    append_quoted(out, name);
    out += ':';
    out += std::to_string(count);
}

template <class Key>
void append_counts(std::string& out, std::string_view name, const std::map<Key, std::uint64_t>& counts)
{
    if (out.back() != '{') out += ',';
    append_quoted(out, name);
    out += ":{";
    for (const auto& [key, count] : counts) append_count(out, std::to_string(key), count);
    out += '}';
}

}  // namespace

std::string to_json(const account_totals& totals)
{
    std::string out = "{";
    append_count(out, "requests", totals.requests);
    append_count(out, "first_arrival_ms", totals.first_arrival_ms);
    append_count(out, "ok", totals.ok);
    append_count(out, "broken", totals.broken);
    append_counts(out, "refused", totals.refused);
    append_count(out, "in_flight", totals.in_flight);
    append_count(out, "most_in_flight", totals.most_in_flight);
    append_count(out, "inputs", totals.inputs);
    append_count(out, "bought_inputs", totals.bought_inputs);
    append_count(out, "distinct_inputs", totals.distinct_inputs);
    append_count(out, "max_asked_per_input", totals.max_asked_per_input);
    append_count(out, "max_bought_per_input", totals.max_bought_per_input);
    append_count(out, "admitted_tokens", totals.admitted_tokens);
    append_count(out, "billed_tokens", totals.billed_tokens);
    append_counts(out, "inputs_per_request", totals.inputs_per_request);
    return out + "}";
}

std::string to_json(const input_count& count)
{
    std::string out = "{";
    append_count(out, "asked", count.asked);
    append_count(out, "bought", count.bought);
    return out + "}";
}

}  // namespace simulator
