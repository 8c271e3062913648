#include "worker/kafka_assignment.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace worker {

void kafka_assignment::let_go_of_queues() noexcept
{
    for (auto& each : suspended_) each.partition->let_go_of_queue();
}

std::int64_t kafka_assignment::prepare(rd_kafka_t* client, partition_start start, std::size_t metadata_limit)
{
    const auto before = std::find_if(suspended_.begin(), suspended_.end(),
                                     [&](const turn& each) { return each.partition->can_resume(start); });
    if (before == suspended_.end()) {
        auto fresh = std::make_unique<kafka_partition>(client, bell_, std::move(start), metadata_limit);
        coming_.push_back({++last_section_, std::move(fresh)});
    } else {
        before->partition->resume(client, bell_, std::move(start));
        coming_.push_back({before->section, std::move(before->partition)});
        suspended_.erase(before);
    }
    return coming_.back().partition->position();
}

void kafka_assignment::adopt()
{
    assert(turns_.empty() && "the assignment before has been suspended or given up");
    turns_ = std::exchange(coming_, {});
    std::sort(turns_.begin(), turns_.end(),
              [](const turn& a, const turn& b) { return a.section < b.section; });
    suspended_.clear();
    is_revoking_ = false;
    is_closed_ = false;
    next_ = 0;
    look_again();
    decide();
}

void kafka_assignment::begin_revocation() noexcept
{
    is_revoking_ = true;
    if (is_deciding_ && listener_ != nullptr) listener_->claims_in_question();
}

void kafka_assignment::suspend() noexcept
{
    std::move(turns_.begin(), turns_.end(), std::back_inserter(suspended_));
    turns_.clear();
}

void kafka_assignment::stop_deciding() noexcept
{
    is_deciding_ = false;
    decide();
}

void kafka_assignment::clear() noexcept
{
    turns_.clear();
    suspended_.clear();
    coming_.clear();
    decide();
}

void kafka_assignment::decide() noexcept
{
    for (auto* each : std::exchange(waiting_, {})) each->open();
    // Also where a partition came back: of its records some may have been done by another member.
    if (listener_ != nullptr) listener_->claims_decided();
}

void kafka_assignment::close(std::uint64_t section, std::int64_t number) noexcept
{
    const auto by_section = [&](const turn& each) { return each.section == section; };
    const auto which = std::lower_bound(turns_.begin(), turns_.end(), section,
                                        [](const turn& each, std::uint64_t of) { return each.section < of; });
    if (which == turns_.end() || which->section != section) {
        const auto away = std::find_if(suspended_.begin(), suspended_.end(), by_section);
        if (away != suspended_.end() && away->partition->is_open(number)) away->partition->close(number);
        return;
    }
    auto& [_, partition, empty_since, is_held, open_when_full] = *which;
    if (!partition->is_open(number)) return;  // done by another member while it was away
    partition->close(number);
    const auto open = static_cast<std::size_t>(partition->open_count());
    const bool has_room_again = open_when_full > 0 && open < open_when_full && partition->has_room();
    if (has_room_again) open_when_full = 0;
    if (has_room_again || (open == 0 && partition->is_read())) bell_.ring();
}

pipeline::claim_state kafka_assignment::state(std::uint64_t section, std::int64_t number) const noexcept
{
    using enum pipeline::claim_state;
    const auto waiting = is_deciding_ ? undecided : given_up;
    if (const auto* ours = find(section)) {
        if (!ours->is_open(number)) return given_up;
        return is_closed_ ? waiting : held;
    }
    const auto away = std::find_if(suspended_.begin(), suspended_.end(),
                                   [&](const turn& each) { return each.section == section; });
    return away != suspended_.end() && away->partition->is_open(number) ? waiting : given_up;
}

bool kafka_assignment::is_ours(std::uint64_t section, std::int64_t number) const noexcept
{
    const auto* ours = find(section);
    return ours != nullptr && ours->is_open(number);
}

void kafka_assignment::await_decision(pipeline::latch& decided) { waiting_.push_back(&decided); }

void kafka_assignment::publication_ended() noexcept
{
    if (--publishing_ == 0 && is_revoking_) bell_.ring();
}

std::optional<pipeline::record> kafka_assignment::take(std::size_t room)
{
    if (is_revoking_) return std::nullopt;
    for (std::size_t looked = 0; looked < turns_.size(); ++looked) {
        auto& [section, partition, empty_since, is_held, open_when_full] = turns_[next_];
        next_ = (next_ + 1) % turns_.size();
        if (is_held || empty_since == ring_ || partition->is_over()) continue;
        const auto open = static_cast<std::size_t>(partition->open_count());
        open_when_full = 0;
        if (open > room) open_when_full = open - open / 8;
        if (!partition->has_room()) open_when_full = SIZE_MAX;
        if (open_when_full > 0) continue;
        if (auto taken = partition->take(trouble_)) {
            taken->claim = pipeline::receipt{*this, section, taken->from.offset};
            return taken;
        }
        empty_since = ring_;
        // The coroutine that serves the consumer has to hear of it.
        if (partition->is_over()) bell_.ring();
    }
    return std::nullopt;
}

void kafka_assignment::stop(const std::vector<std::string>& topics) noexcept
{
    for (auto& each : turns_)
        if (is_of(each, topics)) each.partition->stop();
}

void kafka_assignment::hold(const std::vector<std::string>& topics) noexcept
{
    for (auto& each : turns_) each.is_held = is_of(each, topics);
}

bool kafka_assignment::is_of(const turn& which, const std::vector<std::string>& topics) noexcept
{
    return std::find(topics.begin(), topics.end(), which.partition->topic()) != topics.end();
}

const kafka_assignment::turn* kafka_assignment::find_turn(std::uint64_t section) const noexcept
{
    const auto found = std::lower_bound(turns_.begin(), turns_.end(), section,
                                        [](const turn& each, std::uint64_t of) { return each.section < of; });
    return found != turns_.end() && found->section == section ? &*found : nullptr;
}

const kafka_partition* kafka_assignment::find(std::uint64_t section) const noexcept
{
    const auto* found = find_turn(section);
    return found == nullptr ? nullptr : found->partition.get();
}

kafka_partition* kafka_assignment::find(std::uint64_t section) noexcept
{
    const auto* found = find_turn(section);
    return found == nullptr ? nullptr : found->partition.get();
}

bool kafka_assignment::needs_commit() const noexcept
{
    return std::any_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->needs_commit(); });
}

bool kafka_assignment::is_read() const noexcept
{
    return std::all_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_read(); });
}

bool kafka_assignment::has_open() const noexcept
{
    return std::any_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->open_count() > 0; });
}

bool kafka_assignment::is_finished() const noexcept
{
    return std::all_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_finished(); });
}

bool kafka_assignment::is_lost() const noexcept
{
    return std::any_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_lost(); });
}

reading_progress kafka_assignment::progress() const noexcept
{
    reading_progress sum;
    for (const auto& each : turns_) {
        sum.total += each.partition->size();
        sum.read += each.partition->read_count();
        sum.done += each.partition->read_count() - each.partition->open_count();
    }
    return sum;
}

}  // namespace worker
