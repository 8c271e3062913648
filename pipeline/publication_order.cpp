#include "pipeline/publication_order.hpp"

#include <cassert>
#include <functional>
#include <utility>

namespace pipeline {
namespace {

constexpr std::size_t fewest_buckets = 1024;

}  // namespace

order_place::~order_place()
{
    if (order_ == nullptr) return;
    for (auto* each = behind_; each != nullptr && !each->is_broken_; each = each->behind_) each->break_off();
    leave();
}

void order_place::break_off() noexcept
{
    is_broken_ = true;
    may_ask_.open();
    turn_.open();
}

void order_place::leave() noexcept
{
    auto* order = std::exchange(order_, nullptr);
    if (order == nullptr) return;
    auto* first = this;
    while (first->before_ != nullptr) first = first->before_;
    if (is_let_in_) --first->let_in_;
    if (first->first_kept_out_ == this) first->first_kept_out_ = behind_;
    if (first->last_ == this) first->last_ = before_;

    if (before_ != nullptr) before_->behind_ = behind_;
    if (behind_ != nullptr) behind_->before_ = before_;
    if (first == this) {
        order->heads_->erase(order->heads_->iterator_to(*this));
        first = behind_;
        if (first != nullptr) {
            first->become_first(*this);
            order->heads_->insert(*first);
        }
    }
    if (first != nullptr) first->let_in();
    before_ = nullptr;
    behind_ = nullptr;
}

void order_place::become_first(const order_place& gone) noexcept
{
    last_ = gone.last_;
    first_kept_out_ = gone.first_kept_out_;
    let_in_ = gone.let_in_;
    most_let_in_ = gone.most_let_in_;
    turn_.open();
}

void order_place::let_in() noexcept
{
    for (; first_kept_out_ != nullptr && let_in_ < most_let_in_; first_kept_out_ = first_kept_out_->behind_) {
        first_kept_out_->is_let_in_ = true;
        ++let_in_;
        first_kept_out_->may_ask_.open();
    }
}

publication_order::publication_order()
    : buckets_{std::make_unique<head_set::bucket_type[]>(fewest_buckets)},
      bucket_count_{fewest_buckets},
      heads_{std::make_unique<head_set>(head_set::bucket_traits{buckets_.get(), fewest_buckets})}
{}

publication_order::~publication_order() { assert(heads_->empty() && "places have gone before their order"); }

std::size_t publication_order::key_hash::operator()(const line_key& what) const noexcept
{
    // Spreads neighbouring sections over all bits: Knuth, The Art of Computer Programming 3, 6.4.
    constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15;
    return std::hash<std::string_view>{}(what.key) ^ (what.section * golden_ratio);
}

void publication_order::enter(order_place& place, std::uint64_t section, std::string_view key,
                              std::size_t ahead)
{
    assert(place.order_ == nullptr && "a place is entered once");
    place.order_ = this;
    place.section_ = section;
    place.key_ = key;
    const auto [at, is_first] = heads_->insert(place);
    auto& first = *at;
    if (is_first) {
        place.most_let_in_ = ahead + 1;
        place.turn_.open();
    } else {
        place.before_ = first.last_;
        place.before_->behind_ = &place;
        if (place.before_->is_broken_) place.break_off();
    }
    first.last_ = &place;
    if (first.first_kept_out_ == nullptr) first.first_kept_out_ = &place;
    first.let_in();
    if (is_first) make_room();
}

void publication_order::make_room()
{
    if (heads_->size() <= bucket_count_) return;
    const auto more = bucket_count_ * 2;
    auto fresh = std::make_unique<head_set::bucket_type[]>(more);
    heads_->rehash(head_set::bucket_traits{fresh.get(), more});
    buckets_ = std::move(fresh);
    bucket_count_ = more;
}

}  // namespace pipeline
