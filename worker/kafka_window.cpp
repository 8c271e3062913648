#include <algorithm>
#include <stdexcept>
#include <utility>

#include "worker/kafka_conf.hpp"
#include "worker/kafka_lookup.hpp"
#include "worker/kafka_refusal.hpp"
#include "worker/kafka_transactor.hpp"

// How one transaction is carried through.

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace worker {
namespace {

// Above it a longer window gains nothing, and holds what could be published.
constexpr std::size_t full_window_bytes = 4 * 1024 * 1024;
// What a commit did not do at once it will seldom do a moment later.
constexpr auto after_trouble = 500ms;

using group_metadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                       kafka_destroyer<rd_kafka_consumer_group_metadata_destroy>>;

std::size_t bytes_of(const pipeline::outcome& what)
{
    std::size_t sum = 0;
    for (const auto& each : what.messages) sum += each.value ? each.value->size() : 0;
    return sum;
}

}  // namespace

asio::awaitable<void> kafka_transactor::transact()
{
    offsets_sent offsets;
    const auto verdict = co_await transactions_->begin();
    if (verdict != transaction_verdict::done) co_return co_await roll_back(verdict, offsets);
    begun_at_ = time_.now();
    wants_offsets_ = false;
    co_await fill_window(queued_.empty() ? begun_at_ : begun_at_ + settings_.transaction_interval);
    const auto concluded = co_await conclude(offsets);
    if (concluded != transaction_verdict::done) co_return co_await roll_back(concluded, offsets);
    was_committed(offsets);
    trouble_.passed({});
}

asio::awaitable<void> kafka_transactor::fill_window(config::time_point until)
{
    for (;;) {
        std::deque<entry*> later;
        while (!queued_.empty() && !is_window_full()) {
            auto& next = *queued_.front();
            queued_.pop_front();
            const auto& claim = next.one.claim();
            const auto is_ours = consumer_ && consumer_->assignment->is_ours(claim.section(), claim.number());
            if (is_ours) {
                co_await post(next);
            } else if (claim.state() == pipeline::claim_state::given_up) {
                end(next, not_durable());
            } else {
                later.push_back(&next);
            }
        }
        queued_.insert(queued_.begin(), later.begin(), later.end());
        const bool is_over = is_hurried_ || is_window_full() || is_abandoned_ || is_closing_ || !consumer_ ||
                             transactions_->producer().is_broken() || time_.now() >= until;
        if (is_over) break;
        co_await nap(until);
    }
    co_await wait_for_reports(0);
    is_hurried_ = false;
}

bool kafka_transactor::is_window_full() const noexcept { return window_bytes_ >= full_window_bytes; }

asio::awaitable<void> kafka_transactor::post(entry& what)
{
    window_.push_back(&what);
    window_bytes_ += bytes_of(what.one.what());
    const auto& messages = what.one.what().messages;
    what.messages.assign(messages.size(), kafka_delivery{});
    // Alone in its batch, so that the answer of the broker is about no other.
    if (what.is_suspect) co_await wait_for_reports(0);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        auto& delivery = what.messages[i];
        delivery.what = &messages[i];
        delivery.round = &reports_;
        for (;;) {
            delivery.error = transactions_->producer().post(delivery);
            if (delivery.error != RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
            co_await wait_for_reports(transactions_->producer().unreported() - 1);
        }
        if (delivery.error == RD_KAFKA_RESP_ERR_NO_ERROR) reports_.expect();
        if (what.is_suspect) co_await wait_for_reports(0);
    }
}

asio::awaitable<void> kafka_transactor::wait_for_reports(std::size_t at_most)
{
    while (transactions_->producer().unreported() > at_most) co_await nap(time_.now() + 500ms);
}

bool kafka_transactor::is_window_well()
{
    bool is_well = consumer_.has_value();
    for (auto* each : window_) {
        const auto& claim = each->one.claim();
        is_well &= consumer_ && consumer_->assignment->is_ours(claim.section(), claim.number());
        for (auto& message : each->messages) {
            if (message.error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
            is_well = false;
            if (judge_delivery(message.error) != delivery_verdict::suspicious) continue;
            if (each->is_suspect && !each->end) each->end = refusal_of(message);
            each->is_suspect = true;
        }
    }
    return is_well;
}

kafka_transactor::offsets_sent kafka_transactor::take_stock() const
{
    std::map<std::uint64_t, std::vector<std::int64_t>> ending;
    for (const auto* each : window_)
        ending[each->one.claim().section()].push_back(each->one.claim().number());
    offsets_sent stock{kafka_partition_list{rd_kafka_topic_partition_list_new(8)}, {}};
    consumer_->assignment->for_each([&](std::uint64_t section, const kafka_partition& each) {
        const auto& also_done = ending[section];
        if (also_done.empty() && !each.needs_commit()) return;
        const auto point = each.to_commit(also_done);
        stock.points.push_back({section, point.closed_count, point.metadata.size()});
        auto* element =
            rd_kafka_topic_partition_list_add(stock.list.get(), each.topic().c_str(), each.number());
        element->offset = point.offset;
        attach_metadata(*element, point.metadata);
    });
    return stock;
}

asio::awaitable<transaction_verdict> kafka_transactor::conclude(offsets_sent& offsets)
{
    if (is_abandoned_ || !is_window_well()) co_return transaction_verdict::abort;
    offsets = take_stock();
    if (offsets.list->cnt > 0) {
        const group_metadata group{rd_kafka_consumer_group_metadata(consumer_->client)};
        const auto sent = co_await transactions_->send_offsets(*offsets.list, *group);
        if (sent != transaction_verdict::done) co_return sent;
    }
    co_return co_await transactions_->commit();
}

void kafka_transactor::was_committed(const offsets_sent& offsets)
{
    has_failed_ = false;
    // First the records are closed, so that no commit between these lines could tell of them as open.
    for (auto* each : std::exchange(window_, {})) {
        each->one.claim().close();
        end(*each, {});
    }
    window_bytes_ = 0;
    if (!consumer_) return;
    for (std::size_t i = 0; i < offsets.points.size(); ++i) {
        const auto& point = offsets.points[i];
        if (auto* partition = consumer_->assignment->find(point.section))
            partition->was_committed(offsets.list->elems[i].offset, point.closed_count);
    }
    closed_->ring();
}

asio::awaitable<void> kafka_transactor::roll_back(transaction_verdict why, const offsets_sent& offsets)
{
    has_failed_ = true;
    if (why == transaction_verdict::abort) {
        if (is_too_long_for_a_commit(transactions_->error())) check_ownership();
        why = co_await transactions_->abort();
    }
    co_await wait_for_reports(0);
    if (why != transaction_verdict::done) {
        check_ownership();
        co_await rebuild();
        const bool is_done = co_await was_committed_after_all(offsets);
        if (is_done) co_return was_committed(offsets);
    }
    bool has_suspects = false;
    for (auto each = window_.begin(); each != window_.end();) {
        has_suspects |= (*each)->is_suspect;
        if (!(*each)->end) {
            ++each;
            continue;
        }
        (*each)->ended.open();  // refused
        each = window_.erase(each);
    }
    put_back_window();
    const auto again_at = time_.now() + after_trouble;
    while (!has_suspects && !is_closing_ && !is_abandoned_ && time_.now() < again_at) co_await nap(again_at);
}

asio::awaitable<bool> kafka_transactor::was_committed_after_all(const offsets_sent& offsets)
{
    if (!offsets.list || offsets.list->cnt == 0) co_return false;
    // A new producer waits until the cluster has ended what the one before left open.
    while (!is_ready_ && !is_abandoned_ && !is_closing_) co_await make_ready();
    const auto look = [&] { return is_committed(settings_, group_, *offsets.list); };
    while (is_ready_ && !is_abandoned_) {
        std::optional<kafka_error> failed;
        try {
            co_return co_await blocking_.run(look);
        } catch (const kafka_error& why) {
            failed = why;
        }
        trouble_.arose(failed->code(), {}, failed->what());
        co_await nap(time_.now() + after_trouble);
    }
    co_return false;
}

}  // namespace worker
