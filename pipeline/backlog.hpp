#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <utility>

namespace pipeline {

/// The texts of one route that wait to be sent, and whether more of its records are wanted.
///
/// Reading goes on until `enough` wait and begins anew when half of them are gone. More would make no
/// batch fuller: it would only be cold memory, and a route that is held up would fill the budget that it
/// shares with routes that are not. A rule; one thread.
class backlog {
public:
    /// Called with false when there is enough, and with true when more is wanted again. Must not come back
    /// here.
    using intake_switch = std::function<void(bool is_wanted)>;

    explicit backlog(std::size_t enough) : enough_{enough} {}

    void control(intake_switch intake) { intake_ = std::move(intake); }

    void add(std::size_t texts)
    {
        waiting_ += texts;
        if (is_wanted_ && waiting_ >= enough_) set_wanted(false);
    }
    void remove(std::size_t texts)
    {
        assert(texts <= waiting_);
        waiting_ -= texts;
        if (!is_wanted_ && waiting_ <= enough_ / 2) set_wanted(true);
    }

    [[nodiscard]] std::size_t enough() const { return enough_; }
    [[nodiscard]] bool is_wanted() const { return is_wanted_; }

private:
    void set_wanted(bool is_wanted)
    {
        is_wanted_ = is_wanted;
        if (intake_) intake_(is_wanted);
    }

    std::size_t enough_;
    std::size_t waiting_ = 0;
    bool is_wanted_ = true;
    intake_switch intake_;
};

}  // namespace pipeline
