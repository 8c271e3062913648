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

constexpr auto longest_filling = 12s;
// What a commit did not do at once it will seldom do a moment later.
constexpr auto after_trouble = 500ms;

}  // namespace

asio::awaitable<void> kafka_transactor::transact()
{
    offsets_sent offsets;
    const auto verdict = co_await transactions_->begin();
    if (verdict != transaction_verdict::done) co_return co_await roll_back(verdict, offsets);
    begun_at_ = time_.now();
    wants_offsets_ = false;
    failed_before_window_ = transactions_->producer().failed();
    co_await fill_window(queued_.empty() ? begun_at_ : begun_at_ + settings_.transaction_interval);
    const auto concluded = co_await conclude(offsets);
    if (concluded != transaction_verdict::done) co_return co_await roll_back(concluded, offsets);
    end_window(offsets);
}

asio::awaitable<void> kafka_transactor::fill_window(config::time_point until)
{
    for (;;) {
        std::deque<entry*> later;
        while (!queued_.empty() && !is_window_full()) {
            auto& next = *queued_.front();
            queued_.pop_front();
            if (is_ours(next)) {
                co_await post(next);
            } else if (next.one.claim().state() == pipeline::claim_state::given_up) {
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
    is_hurried_ = false;
}

bool kafka_transactor::is_window_full() const noexcept
{
    // Suspects go one by one, each with a round trip of its own, and the transaction has its time.
    return window_bytes_ >= full_window_ || time_.now() >= begun_at_ + longest_filling;
}

asio::awaitable<void> kafka_transactor::post(entry& what)
{
    window_.push_back(&what);
    window_bytes_ += weight_of(what.one.what());
    const auto& messages = what.one.what().messages;
    what.messages.assign(messages.size(), kafka_delivery{});
    // Alone in its batch, so that the answer of the broker is about no other.
    if (what.is_suspect) co_await wait_for_reports(0);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        auto& delivery = what.messages[i];
        delivery.what = &messages[i];
        for (;;) {
            delivery.error = transactions_->producer().post(delivery);
            if (delivery.error != RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
            const auto waiting = transactions_->producer().unreported();
            if (waiting == 0) {  // larger than the whole queue
                delivery.error = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
                break;
            }
            co_await wait_for_reports(waiting - 1);
        }
        if (what.is_suspect) co_await wait_for_reports(0);
    }
}

asio::awaitable<void> kafka_transactor::wait_for_reports(std::size_t at_most)
{
    auto& producer = transactions_->producer();
    const auto failed_before = failed_before_window_;
    bool is_purged = false;
    while (producer.unreported() > at_most) {
        // The transaction will be aborted: what is on its way need not be waited for.
        const bool is_lost = is_abandoned_ || producer.failed() > failed_before;
        if (is_lost && !std::exchange(is_purged, true)) producer.purge();
        co_await nap(time_.now() + 500ms);
    }
}

bool kafka_transactor::is_window_well()
{
    bool is_well = consumer_.has_value();
    has_suspects_ = false;
    for (auto* each : window_) {
        is_well &= is_ours(*each);
        for (auto& message : each->messages) {
            if (message.error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
            is_well = false;
            if (judge_delivery(message.error) == delivery_verdict::suspicious) {
                if (each->is_suspect && !each->end) each->end = refusal_of(message);
                each->is_suspect = true;
                has_suspects_ = true;
            } else if (!was_purged(message.error)) {
                trouble_.arose(message.error, message.what->topic, rd_kafka_err2str(message.error));
            }
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
        stock.points.push_back(add_to_commit(*stock.list, section, each, also_done));
    });
    return stock;
}

asio::awaitable<transaction_verdict> kafka_transactor::conclude(offsets_sent& offsets)
{
    // The offsets travel while the last messages are on their way.
    const auto sent = co_await send_offsets(offsets);
    co_await wait_for_reports(0);
    const bool is_well = is_window_well();
    if (sent != transaction_verdict::done) co_return sent;
    if (is_abandoned_ || !is_well) co_return transaction_verdict::abort;
    co_return co_await transactions_->commit();
}

asio::awaitable<transaction_verdict> kafka_transactor::send_offsets(offsets_sent& offsets)
{
    if (is_abandoned_ || !consumer_) co_return transaction_verdict::abort;
    offsets = take_stock();
    if (offsets.list->cnt == 0) co_return transaction_verdict::done;
    const kafka_group_metadata group{rd_kafka_consumer_group_metadata(consumer_->client)};
    if (!group || rd_kafka_assignment_lost(consumer_->client) != 0) co_return transaction_verdict::abort;
    co_return co_await transactions_->send_offsets(*offsets.list, *group);
}

void kafka_transactor::end_window(const offsets_sent& offsets)
{
    has_failed_ = false;
    trouble_.passed({});
    // First the records are closed, so that no commit between these lines could tell of them as open.
    for (auto* each : std::exchange(window_, {})) {
        for (const auto& message : each->messages) trouble_.passed(message.what->topic);
        each->one.claim().close();
        end(*each, {});
    }
    window_bytes_ = config::bytes{0};
    closed_->ring();
    if (!consumer_) return;
    for (const auto& point : offsets.points)
        if (auto* partition = consumer_->assignment->find(point.section))
            partition->was_committed(point.offset, point.closed_count);
}

asio::awaitable<void> kafka_transactor::roll_back(transaction_verdict why, const offsets_sent& offsets)
{
    has_failed_ = true;
    const auto ended = co_await give_up_transaction(why, offsets);
    if (ended == transaction_verdict::done) co_return end_window(offsets);
    for (auto each = window_.begin(); each != window_.end();) {
        if (!(*each)->end) {
            ++each;
            continue;
        }
        (*each)->ended.open();  // refused
        each = window_.erase(each);
    }
    put_back_window();
    if (std::exchange(has_suspects_, false)) co_return;
    const auto again_at = time_.now() + after_trouble;
    while (!is_closing_ && !is_abandoned_ && time_.now() < again_at) co_await nap(again_at);
}

/// `done` where it turns out to be committed, `abort` where it is not.
asio::awaitable<transaction_verdict> kafka_transactor::give_up_transaction(transaction_verdict why,
                                                                           const offsets_sent& offsets)
{
    if (why == transaction_verdict::abort) {
        if (is_too_long_for_a_commit(transactions_->error())) check_ownership();
        why = co_await transactions_->abort();
        if (why == transaction_verdict::done) why = transaction_verdict::abort;
    }
    if (why != transaction_verdict::abort) transactions_->producer().purge();
    co_await wait_for_reports(0);
    if (why == transaction_verdict::abort) co_return why;
    if (why == transaction_verdict::rebuild) check_ownership();
    if (is_abandoned_) co_return transaction_verdict::abort;
    // It may have been committed all the same, with nobody left to hear it.
    co_await rebuild();
    const bool is_done = co_await find_whether_committed(offsets);
    co_return is_done ? transaction_verdict::done : transaction_verdict::abort;
}

asio::awaitable<bool> kafka_transactor::find_whether_committed(const offsets_sent& offsets)
{
    if (!offsets.list || offsets.list->cnt == 0) co_return false;
    // A new producer waits until the cluster has ended what the one before left open.
    while (!is_ready_ && !is_abandoned_) co_await make_ready();
    std::optional<kafka_token> token;
    const auto look = [&] {
        const kafka_access access{settings_, token ? &*token : nullptr};
        return is_committed(access, group_, *offsets.list);
    };
    while (is_ready_ && !is_abandoned_) {
        if (sign_in_ != nullptr) token = sign_in_->token();
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
