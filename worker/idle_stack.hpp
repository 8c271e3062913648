#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "config/units.hpp"

namespace worker {

/// Which of the things that nobody uses just now is used next, and which go.
///
/// The one that was used last is taken first, so that what is too many stays at the bottom and grows old.
/// Times given to it never go backwards.
template <class T>
class idle_stack {
public:
    struct limits {
        config::duration longest_idle;
        config::duration longest_life;
        std::size_t most;
    };
    explicit idle_stack(const limits& allowed) : allowed_{allowed} {}

    /// Drops what has lived for too long. Above the most that are kept the oldest one goes.
    void put(T thing, config::time_point born, config::time_point now)
    {
        if (allowed_.most == 0 || now - born >= allowed_.longest_life) return;
        if (entries_.size() == allowed_.most) entries_.erase(entries_.begin());
        entries_.push_back({std::move(thing), now + allowed_.longest_idle});
    }

    /// The one used last; a value-initialised T where there is none.
    [[nodiscard]] T take()
    {
        if (entries_.empty()) return T{};
        auto thing = std::move(entries_.back().thing);
        entries_.pop_back();
        return thing;
    }

    /// Drops what has been idle for too long.
    void expire(config::time_point now)
    {
        std::erase_if(entries_, [now](const entry& each) { return each.expires <= now; });
    }

    /// When expire() next has something to do; time_point::max() where it has not.
    [[nodiscard]] config::time_point next_expiry() const
    {
        return entries_.empty() ? config::time_point::max() : entries_.front().expires;
    }

    void clear() { entries_.clear(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct entry {
        T thing;
        config::time_point expires;
    };

    limits allowed_;
    std::vector<entry> entries_;  // the oldest first
};

}  // namespace worker
