#include "worker/kafka_transactor.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

#include "worker/kafka_conf.hpp"
#include "worker/kafka_refusal.hpp"

// What goes into a transaction, and who is told how it ended. How one is carried through stands in
// kafka_window.cpp.

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace worker {

/// Tells close() when run() ends, however it does; nothing can be published after that.
class kafka_transactor::running_mark {
public:
    explicit running_mark(kafka_transactor& owner) : owner_{owner} { owner_.is_running_ = true; }
    ~running_mark()
    {
        owner_.is_running_ = false;
        owner_.abandon_all();
        owner_.closed_->ring();
        if (owner_.consumer_) owner_.consumer_->bell->ring();
    }
    running_mark(const running_mark&) = delete;
    running_mark& operator=(const running_mark&) = delete;

private:
    kafka_transactor& owner_;
};

kafka_transactor::kafka_transactor(const asio::any_io_executor& loop, pipeline::timeline& time,
                                   kafka_blocking& blocking, pipeline::event_log& log,
                                   const config::kafka_settings& settings, config::bytes window,
                                   std::string group, kafka_sign_in* sign_in)
    : loop_{loop},
      time_{time},
      blocking_{blocking},
      settings_{settings},
      sign_in_{sign_in},
      full_window_{window},
      group_{std::move(group)},
      instance_{settings.instance, group_},
      trouble_{log, "producer " + group_},
      bell_{loop},
      largest_message_{std::stoll(kafka_conf::for_producer(settings).get("message.max.bytes"))},
      transactions_{make_transactions()},
      tick_{time.make_alarm()},
      closed_{time.make_alarm()}
{}

kafka_transactor::~kafka_transactor()
{
    assert(!is_running_ && queued_.empty() && window_.empty() &&
           "run() and every publish() have ended before their transactor goes");
}

void kafka_transactor::attach(rd_kafka_t* consumer, kafka_assignment& assignment, kafka_wakeup& bell) noexcept
{
    consumer_ = consumer_side{consumer, &assignment, &bell};
}

void kafka_transactor::detach() noexcept
{
    consumer_.reset();
    for (auto* each : std::exchange(queued_, {})) end(*each, not_durable());
}

asio::awaitable<void> kafka_transactor::run()
{
    const running_mark mark{*this};
    pipeline::task_group ears{loop_, time_};
    ears.start(listen());
    std::exception_ptr failure;
    try {
        co_await work();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    transactions_->producer().purge();
    co_await wait_for_reports(0);
    abandon_all();
    put_back_window();
    ears.request_stop();
    co_await ears.join();
    blocking_.destroy(transactions_->producer().retire());
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> kafka_transactor::listen()
{
    for (;;) {
        co_await bell_.rung();
        transactions_->producer().serve();
        has_rung_ = true;
        tick_->ring();
    }
}

asio::awaitable<void> kafka_transactor::work()
{
    while (!is_closing_ || has_work()) {
        if (!is_ready_) co_await make_ready();
        if (!is_ready_) continue;
        if (has_work()) {
            is_transacting_ = true;
            co_await transact();
            is_transacting_ = false;
            if (consumer_) consumer_->bell->ring();
        } else {
            // Nobody rings when it has been decided whose records they are.
            co_await nap(time_.now() + 100ms);
        }
    }
}

std::unique_ptr<kafka_transactions> kafka_transactor::make_transactions()
{
    return std::make_unique<kafka_transactions>(
        kafka_conf::for_transactions(settings_, group_ + '.' + instance_.text()), bell_, trouble_, sign_in_,
        [this] { return !is_abandoned_; });
}

asio::awaitable<void> kafka_transactor::make_ready()
{
    const auto verdict = co_await transactions_->initialise();
    is_ready_ = verdict == transaction_verdict::done;
    if (is_ready_ || verdict == transaction_verdict::unwanted) co_return;
    check_ownership();
    co_await rebuild();
}

asio::awaitable<void> kafka_transactor::rebuild()
{
    is_ready_ = false;
    transactions_->producer().purge();
    co_await wait_for_reports(0);
    auto fresh = make_transactions();  // first, because it may throw
    blocking_.destroy(transactions_->producer().retire());
    transactions_ = std::move(fresh);
    const auto again_at = time_.now() + 500ms;
    while (!is_closing_ && !is_abandoned_ && time_.now() < again_at) co_await nap(again_at);
}

void kafka_transactor::check_ownership() const
{
    const auto code = transactions_->error();
    const auto& reason = transactions_->reason();
    if (forbids_transactions(code))
        throw std::runtime_error{"the cluster lets group \"" + group_ + "\" write no transactions (" +
                                 reason +
                                 "): set kafka.delivery to \"at_least_once\", or see to the rights of "
                                 "transactional id \"" +
                                 group_ + '.' + instance() + '"'};
    // A process that was stopped for so long has been given up by the cluster, not replaced.
    const bool was_given_up = time_.now() - begun_at_ >= transaction_timeout;
    if (is_fenced(code) && !was_given_up)
        throw std::runtime_error{
            "another process writes the transactions of group \"" + group_ + "\" as instance \"" +
            instance() + "\" (" + reason +
            "): this one ends; give each process of the group a kafka.instance of its own"};
    if (is_too_long_for_a_commit(code))
        throw std::runtime_error{
            "the brokers take less than kafka.commit_metadata (see their "
            "offset.metadata.max.bytes), and without it outcomes would be published "
            "twice: lower kafka.commit_metadata"};
}

bool kafka_transactor::has_work() const noexcept
{
    if (!consumer_) return false;
    if (wants_offsets_ && !is_abandoned_) return true;
    // Also while a revocation waits for them.
    return std::any_of(queued_.begin(), queued_.end(), [this](const entry* each) {
        return is_ours(*each) || each->one.claim().state() == pipeline::claim_state::given_up;
    });
}

bool kafka_transactor::is_ours(const entry& what) const noexcept
{
    const auto& claim = what.one.claim();
    return consumer_ && consumer_->assignment->is_ours(claim.section(), claim.number());
}

asio::awaitable<void> kafka_transactor::nap(config::time_point until)
{
    if (!has_rung_) co_await tick_->wait_until(until);
    has_rung_ = false;
}

pipeline::lazy<pipeline::result<void>> kafka_transactor::publish(pipeline::publication one)
{
    if (auto oversized = find_oversized(one.what(), largest_message_)) co_return *std::move(oversized);
    if (is_abandoned_) co_return not_durable();
    // Without messages nothing is to be committed with others: its offset goes with the next transaction.
    if (one.what().messages.empty()) co_return pipeline::result<void>{};
    entry mine{one};
    queued_.push_back(&mine);
    one.is_in_order();
    bell_.ring();
    co_await mine.ended.wait();
    co_return *std::move(mine.end);
}

void kafka_transactor::end(entry& what, pipeline::result<void> how)
{
    what.end = std::move(how);
    what.ended.open();
}

void kafka_transactor::abandon_all()
{
    is_abandoned_ = true;
    for (auto* each : std::exchange(queued_, {})) end(*each, not_durable());
}

void kafka_transactor::put_back_window()
{
    for (auto* each : window_)
        for (auto& message : each->messages) message.error = RD_KAFKA_RESP_ERR_NO_ERROR;
    queued_.insert(queued_.begin(), window_.begin(), window_.end());
    window_.clear();
    window_bytes_ = config::bytes{0};
    if (is_abandoned_ || !consumer_)
        for (auto* each : std::exchange(queued_, {})) end(*each, not_durable());
}

void kafka_transactor::serve(config::time_point now)
{
    if (!consumer_ || now < offsets_due_ || !consumer_->assignment->needs_commit()) return;
    offsets_due_ = now + settings_.commit_interval;
    wants_offsets_ = true;
    bell_.ring();
}

void kafka_transactor::hurry() noexcept
{
    offsets_due_ = config::time_point::min();
    is_hurried_ = true;
    bell_.ring();
}

std::uint64_t kafka_transactor::order()
{
    hurry();
    wants_offsets_ = consumer_ && consumer_->assignment->needs_commit();
    return 0;
}

bool kafka_transactor::is_over(std::uint64_t, config::time_point)
{
    if (!is_running_ || is_abandoned_ || !consumer_) return true;
    if (is_transacting_) return false;
    return !wants_offsets_ && consumer_->assignment->publishing() == 0;
}

asio::awaitable<void> kafka_transactor::close(config::time_point deadline)
{
    is_closing_ = true;
    bell_.ring();
    co_await give_up_by(deadline);
    while (is_running_) co_await closed_->wait_until(config::time_point::max());
}

asio::awaitable<void> kafka_transactor::give_up_by(config::time_point deadline)
{
    while (is_running_ && !(queued_.empty() && window_.empty()) && time_.now() < deadline)
        co_await closed_->wait_until(std::min(deadline, time_.now() + 500ms));
    abandon_all();
    bell_.ring();
}

}  // namespace worker
