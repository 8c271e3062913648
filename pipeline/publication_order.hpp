#pragma once

#include <boost/intrusive/unordered_set.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "pipeline/latch.hpp"

namespace pipeline {

class publication_order;

/// The place of one job in the line of its key. Outcomes of a line are published from its front to its end,
/// however the calls finish.
///
/// A place that goes without pass_on() breaks its line: its record stays open and is read again, so that
/// what is behind it must not be published before it either.
///
/// Pinned; lives in the frame of the job's coroutine.
class order_place {
public:
    order_place() = default;
    ~order_place();
    order_place(const order_place&) = delete;
    order_place& operator=(const order_place&) = delete;

    /// Stands in no line: waits for nobody.
    void stand_alone() noexcept
    {
        may_ask_.open();
        turn_.open();
    }
    /// Open once the job may ask: few enough are before it, so that few results are held back.
    [[nodiscard]] latch& may_ask() noexcept { return may_ask_; }
    /// Open once everything before it is published, or the line is broken.
    [[nodiscard]] latch& turn() noexcept { return turn_; }
    /// One before it has gone without an outcome. Meaningful once a latch has opened.
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }
    /// The outcome is published, or will be before everything that is handed over from now on. Again:
    /// nothing.
    void pass_on() noexcept { leave(); }

private:
    friend class publication_order;
    void leave() noexcept;
    void become_first(const order_place& gone) noexcept;
    void let_in() noexcept;
    void break_off() noexcept;

    boost::intrusive::unordered_set_member_hook<> in_heads_;  ///< linked while it is the first of its line
    publication_order* order_ = nullptr;
    std::uint64_t section_ = 0;
    std::string_view key_;
    order_place* before_ = nullptr;
    order_place* behind_ = nullptr;
    latch may_ask_;
    latch turn_;
    bool is_broken_ = false;
    bool is_let_in_ = false;

    // Of the line, with its first place.
    order_place* last_ = nullptr;
    order_place* first_kept_out_ = nullptr;
    std::size_t let_in_ = 0;
    std::size_t most_let_in_ = 0;
};

/// The lines of all keys that have open jobs. A rule: no I/O, no time, and no memory of its own for a place.
/// One thread; must outlive its places.
class publication_order {
public:
    publication_order();
    ~publication_order();
    publication_order(const publication_order&) = delete;
    publication_order& operator=(const publication_order&) = delete;

    /// Puts the place at the end of the line of `key` among the records of one section (a partition for as
    /// long as it is ours). `key` must live as long as the place. `ahead`: how many may ask behind the first.
    void enter(order_place& place, std::uint64_t section, std::string_view key, std::size_t ahead);

    /// Keys with open jobs.
    [[nodiscard]] std::size_t lines() const noexcept { return heads_->size(); }

private:
    friend class order_place;

    struct line_key {
        std::uint64_t section;
        std::string_view key;
        bool operator==(const line_key&) const = default;
    };
    struct key_of_place {
        using type = line_key;
        line_key operator()(const order_place& place) const noexcept { return {place.section_, place.key_}; }
    };
    struct key_hash {
        std::size_t operator()(const line_key& what) const noexcept;
    };
    using head_set = boost::intrusive::unordered_set<
        order_place,
        boost::intrusive::member_hook<order_place, decltype(order_place::in_heads_), &order_place::in_heads_>,
        boost::intrusive::key_of_value<key_of_place>, boost::intrusive::hash<key_hash>,
        boost::intrusive::power_2_buckets<true>>;

    void make_room();

    std::unique_ptr<head_set::bucket_type[]> buckets_;
    std::size_t bucket_count_;
    std::unique_ptr<head_set> heads_;
};

}  // namespace pipeline
