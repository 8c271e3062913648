#include "worker/kafka_producer.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

#include "worker/kafka_refusal.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace worker {
namespace {

// librdkafka repeats by itself what the network did; this is for what it reports as failed.
constexpr auto before_next_round = 500ms;

kafka_conf conf_for_batches_of_one(const config::kafka_settings& settings)
{
    auto conf = kafka_conf::for_producer(settings);
    conf.set("batch.num.messages", "1");
    conf.set("linger.ms", "0");
    return conf;
}

}  // namespace

/// Tells close() when run() ends, however it does; nothing can be published after that.
class kafka_producer::running_mark {
public:
    explicit running_mark(kafka_producer& owner) : owner_{owner} { owner_.is_running_ = true; }
    ~running_mark()
    {
        owner_.is_running_ = false;
        owner_.is_abandoned_ = true;
        owner_.closed_->ring();
    }
    running_mark(const running_mark&) = delete;
    running_mark& operator=(const running_mark&) = delete;

private:
    kafka_producer& owner_;
};

class kafka_producer::publishing_mark {
public:
    explicit publishing_mark(kafka_producer& owner) : owner_{owner} { ++owner_.publishing_; }
    ~publishing_mark()
    {
        if (--owner_.publishing_ == 0 && (owner_.is_closing_ || owner_.is_abandoned_)) owner_.bell_.ring();
    }
    publishing_mark(const publishing_mark&) = delete;
    publishing_mark& operator=(const publishing_mark&) = delete;

private:
    kafka_producer& owner_;
};

/// Opens a latch when it goes, so that whoever waits goes on whatever became of what held it.
class kafka_producer::latch_opener {
public:
    explicit latch_opener(pipeline::latch& door) noexcept : door_{&door} {}
    latch_opener(latch_opener&& other) noexcept : door_{std::exchange(other.door_, nullptr)} {}
    latch_opener& operator=(latch_opener&&) = delete;
    ~latch_opener()
    {
        if (door_ != nullptr) door_->open();
    }

private:
    pipeline::latch* door_;
};

kafka_producer::kafka_producer(const asio::any_io_executor& loop, pipeline::timeline& time,
                               kafka_blocking& blocking, pipeline::event_log& log,
                               const config::kafka_settings& settings, kafka_sign_in* sign_in)
    : time_{time},
      blocking_{blocking},
      settings_{settings},
      sign_in_{sign_in},
      trouble_{log, "producer"},
      bell_{loop},
      largest_message_{std::stoll(kafka_conf::for_producer(settings).get("message.max.bytes"))},
      main_{std::make_unique<kafka_production>(kafka_conf::for_producer(settings), bell_, trouble_, sign_in)},
      pauses_{loop, time},
      closed_{time.make_alarm()}
{}

kafka_producer::~kafka_producer()
{
    assert(!is_running_ && publishing_ == 0 &&
           "run() and every publish() have ended before their producer goes");
}

asio::awaitable<void> kafka_producer::run()
{
    const running_mark mark{*this};
    bool is_cancelled = false;
    try {
        while (!(is_closing_ && publishing_ == 0)) {
            co_await bell_.rung();
            serve();
            destroy_retired();
        }
    } catch (const boost::system::system_error& why) {
        if (why.code() != asio::error::operation_aborted) throw;
        is_cancelled = true;
    }
    if (is_cancelled) {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        abandon();
        while (under_way() > 0) {
            co_await bell_.rung();
            serve();
        }
    }
    pauses_.request_stop();
    co_await pauses_.join();
    retired_.push_back(std::move(main_));
    if (alone_) retired_.push_back(std::move(alone_));
    destroy_retired();
    if (is_cancelled) throw boost::system::system_error{asio::error::operation_aborted};
}

pipeline::lazy<pipeline::result<void>> kafka_producer::publish(pipeline::publication one)
{
    const auto& what = one.what();
    const publishing_mark mark{*this};
    if (auto oversized = find_oversized(what, largest_message_)) co_return *std::move(oversized);
    deliveries all(what.messages.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i].what = &what.messages[i];

    for (;;) {
        if (is_abandoned_) co_return not_durable();
        kafka_round round;
        for (auto& each : all) {
            if (each.is_durable) continue;
            each.round = &round;
            round.expect();
            while (!post(each)) {
                pipeline::latch room;
                waiting_for_room_.push_back(&room);
                co_await room.wait();
            }
        }
        co_await round.all_reported();

        if (auto end = judge(all)) co_return *std::move(end);
        if (is_abandoned_) co_return not_durable();
        pipeline::latch over;
        pauses_.start(pause(latch_opener{over}));
        co_await over.wait();
    }
}

bool kafka_producer::post(kafka_delivery& delivery)
{
    delivery.error = is_abandoned_ ? RD_KAFKA_RESP_ERR__PURGE_QUEUE : production_for(delivery).post(delivery);
    if (delivery.error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
    if (delivery.error == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
    delivery.round->came();
    let_in(1);  // no report will come that makes room for the next one
    return true;
}

asio::awaitable<void> kafka_producer::pause(latch_opener)
{
    const auto bell = time_.make_alarm();
    co_await bell->wait_until(time_.now() + before_next_round);
}

std::optional<pipeline::result<void>> kafka_producer::judge(deliveries& all)
{
    bool is_complete = true;
    for (auto& each : all) {
        if (each.is_durable) continue;
        switch (judge_delivery(each.error)) {
            case delivery_verdict::durable:
                each.is_durable = true;
                trouble_.passed(each.what->topic);
                break;
            case delivery_verdict::suspicious:
                if (each.is_suspect) return refusal_of(each);
                each.is_suspect = true;
                is_complete = false;
                break;
            case delivery_verdict::again:
                if (!was_purged(each.error))
                    trouble_.arose(each.error, each.what->topic, rd_kafka_err2str(each.error));
                is_complete = false;
                break;
        }
    }
    if (is_complete) return pipeline::result<void>{};
    return std::nullopt;
}

kafka_production& kafka_producer::production_for(const kafka_delivery& delivery)
{
    if (!delivery.is_suspect) return *main_;
    if (!alone_)
        alone_ =
            std::make_unique<kafka_production>(conf_for_batches_of_one(settings_), bell_, trouble_, sign_in_);
    return *alone_;
}

void kafka_producer::serve()
{
    std::size_t reports = main_->serve();
    if (alone_) reports += alone_->serve();
    for (auto& each : retired_) reports += each->serve();
    replace_broken(main_);
    if (alone_) replace_broken(alone_);
    let_in(reports);
}

void kafka_producer::let_in(std::size_t messages)
{
    // No more than have room now: the others would only queue up again behind them.
    for (; messages > 0 && !waiting_for_room_.empty(); --messages) {
        auto* first = waiting_for_room_.front();
        waiting_for_room_.pop_front();
        first->open();
    }
}

void kafka_producer::replace_broken(std::unique_ptr<kafka_production>& production)
{
    if (!production->is_broken()) return;
    auto conf =
        production == alone_ ? conf_for_batches_of_one(settings_) : kafka_conf::for_producer(settings_);
    auto fresh = std::make_unique<kafka_production>(std::move(conf), bell_, trouble_, sign_in_);
    retired_.push_back(std::exchange(production, std::move(fresh)));
    bell_.ring();
}

void kafka_producer::destroy_retired()
{
    for (auto each = retired_.begin(); each != retired_.end();) {
        if ((*each)->unreported() > 0) {
            ++each;
            continue;
        }
        blocking_.destroy((*each)->retire());
        each = retired_.erase(each);
    }
}

void kafka_producer::abandon()
{
    is_abandoned_ = true;
    main_->purge();
    if (alone_) alone_->purge();
    let_in(waiting_for_room_.size());
}

asio::awaitable<void> kafka_producer::close(config::time_point deadline)
{
    is_closing_ = true;
    bell_.ring();
    while (is_running_ && time_.now() < deadline) co_await closed_->wait_until(deadline);
    if (is_running_) abandon();
    while (is_running_) co_await closed_->wait_until(config::time_point::max());
}

std::size_t kafka_producer::under_way() const noexcept
{
    std::size_t sum = (main_ ? main_->unreported() : 0) + (alone_ ? alone_->unreported() : 0);
    for (const auto& each : retired_) sum += each->unreported();
    return sum;
}

}  // namespace worker
