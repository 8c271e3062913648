#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/budget_limits.hpp"
#include "pipeline/timeline.hpp"

namespace pipeline {

class budget;

/// The share of one record in the budget; gives itself back. Move-only.
class [[nodiscard]] charge {
public:
    charge(charge&& other) noexcept
        : home_{std::exchange(other.home_, nullptr)},
          record_{other.record_},
          outcome_{other.outcome_},
          is_publishing_{other.is_publishing_}
    {}
    charge& operator=(charge&&) = delete;
    ~charge();

    /// The record has an outcome, which holds so much more until the job has ended.
    void add_outcome(config::bytes size);
    /// Nothing but its destination keeps that outcome from being published now.
    void begin_publication();

private:
    friend class budget;
    charge(budget& home, config::bytes record) : home_{&home}, record_{record} {}
    budget* home_;
    config::bytes record_;
    config::bytes outcome_{0};
    bool is_publishing_ = false;
};

/// Bounds what is read but not finished, in records and in bytes of whole records and their outcomes.
///
/// The bound is soft by one record: reading goes on while there is room at all, so that a record above
/// the whole budget is slow rather than stuck. Answers can be many times as large as what was asked, so that
/// outcomes before a slow broker could pile up far beyond it: while they hold more than
/// budget_limits::unpublished_bytes nothing more is asked, and the calls under way may fill the rest. Outcomes
/// that are held back for others only stop the reading: what they wait for may have to be asked yet. One
/// thread; must outlive its charges.
class budget {
public:
    explicit budget(const budget_limits& limits) : limits_{limits} {}

    /// Whether a record may be read.
    [[nodiscard]] bool has_room() const
    {
        return records_ < limits_.records && held_ + unpublished_ < limits_.record_bytes;
    }
    /// Whether a call may be made. Outcomes end without calls, so that waiting for this ends too.
    [[nodiscard]] bool has_room_for_answers() const
    {
        return unpublished_ <= limits_.unpublished_bytes;
    }
    [[nodiscard]] charge take(config::bytes record)
    {
        ++records_;
        held_ += record;
        return {*this, record};
    }
    /// From now on `room` is rung whenever there is room again where there was none. It must outlive the
    /// budget's use.
    void ring_for_room(alarm& room) { for_records_.push_back(&room); }
    /// From now on `room` is rung whenever there is room for answers again. As above.
    void ring_for_answers(alarm& room) { for_answers_.push_back(&room); }

    [[nodiscard]] std::size_t records() const { return records_; }
    /// Records that may still be read, if they weigh as much as those that are open.
    [[nodiscard]] std::size_t room() const
    {
        const auto by_count = limits_.records - std::min(records_, limits_.records);
        const auto held = (held_ + unpublished_).count();
        if (held <= 0 || records_ == 0) return by_count;
        const auto free = std::max<std::int64_t>(limits_.record_bytes.count() - held, 0);
        const auto by_weight =
            static_cast<double>(free) / static_cast<double>(held) * static_cast<double>(records_);
        return std::min(by_count, static_cast<std::size_t>(by_weight));
    }
    [[nodiscard]] config::bytes held() const { return held_ + unpublished_; }

private:
    friend class charge;
    void give_back(config::bytes record, config::bytes outcome)
    {
        const bool had_room = has_room();
        const bool was_full = !has_room_for_answers();
        --records_;
        held_ -= record;
        unpublished_ -= outcome;
        if (!had_room && has_room()) {
            for (auto* each : for_records_) each->ring();
        }
        if (!was_full || !has_room_for_answers()) return;
        for (auto* each : for_answers_) each->ring();
    }

    budget_limits limits_;
    std::vector<alarm*> for_records_;
    std::vector<alarm*> for_answers_;
    std::size_t records_ = 0;
    config::bytes held_{0};
    config::bytes unpublished_{0};
};

inline void charge::add_outcome(config::bytes size)
{
    outcome_ += size;
    (is_publishing_ ? home_->unpublished_ : home_->held_) += size;
}

inline void charge::begin_publication()
{
    if (std::exchange(is_publishing_, true)) return;
    home_->held_ -= outcome_;
    home_->unpublished_ += outcome_;
}

inline charge::~charge()
{
    if (!home_) return;
    const auto held_back = is_publishing_ ? config::bytes{0} : outcome_;
    home_->give_back(record_ + held_back, outcome_ - held_back);
}

}  // namespace pipeline
