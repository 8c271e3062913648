#pragma once

#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/timeline.hpp"

namespace pipeline {

class budget;

/// The share of one record in the budget; gives itself back. Move-only.
class [[nodiscard]] charge {
public:
    charge(charge&& other) noexcept : home_{std::exchange(other.home_, nullptr)}, weight_{other.weight_} {}
    charge& operator=(charge&&) = delete;
    ~charge();

    /// The record holds so much more from now on, until it gives everything back.
    void grow(config::bytes more);

private:
    friend class budget;
    charge(budget& home, config::bytes weight) : home_{&home}, weight_{weight} {}
    budget* home_;
    config::bytes weight_;
};

/// Bounds what is read but not finished, in records and in bytes of whole records.
///
/// The bound is soft by one record: reading goes on while there is room at all, so that a record above
/// the whole budget is slow rather than stuck. One thread; must outlive its charges.
class budget {
public:
    explicit budget(const config::budget_settings& limits) : limits_{limits} {}

    [[nodiscard]] bool has_room() const { return records_ < limits_.records && held_ < limits_.record_bytes; }
    [[nodiscard]] charge take(config::bytes weight)
    {
        ++records_;
        held_ += weight;
        return {*this, weight};
    }
    /// From now on `room` is rung whenever a record has ended. It must outlive the budget's use.
    void ring_for_room(alarm& room) { listeners_.push_back(&room); }

    [[nodiscard]] std::size_t records() const { return records_; }
    [[nodiscard]] config::bytes held() const { return held_; }

private:
    friend class charge;
    void give_back(config::bytes weight)
    {
        --records_;
        held_ -= weight;
        for (auto* each : listeners_) each->ring();
    }

    config::budget_settings limits_;
    std::vector<alarm*> listeners_;
    std::size_t records_ = 0;
    config::bytes held_;
};

inline void charge::grow(config::bytes more)
{
    weight_ += more;
    home_->held_ += more;
}

inline charge::~charge()
{
    if (home_) home_->give_back(weight_);
}

}  // namespace pipeline
