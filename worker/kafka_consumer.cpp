#include "worker/kafka_consumer.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "pipeline/task_group.hpp"
#include "worker/kafka_conf.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace worker {
namespace {

// Also what the group hears from us at least, and how late a wake-up that got lost would be.
constexpr auto longest_nap = 500ms;
constexpr auto leaving_after_failure = 5s;

}  // namespace

/// Tells those who wait for the consumer when run() ends, however it does.
class kafka_consumer::running_mark {
public:
    explicit running_mark(kafka_consumer& owner) : owner_{owner} { owner_.is_running_ = true; }
    ~running_mark()
    {
        owner_.is_running_ = false;
        owner_.closed_->ring();
        owner_.records_->ring();
    }
    running_mark(const running_mark&) = delete;
    running_mark& operator=(const running_mark&) = delete;

private:
    kafka_consumer& owner_;
};

kafka_consumer::kafka_consumer(const asio::any_io_executor& loop, pipeline::timeline& time,
                               kafka_blocking& blocking, pipeline::event_log& log,
                               kafka_consumer_options options, kafka_transactor* transactor)
    : loop_{loop},
      time_{time},
      blocking_{blocking},
      log_{log},
      options_{std::move(options)},
      transactor_{transactor},
      trouble_{log, "consumer " + options_.group},
      tick_{time.make_alarm()},
      records_{time.make_alarm()},
      closed_{time.make_alarm()},
      bell_{loop},
      assignment_{bell_, trouble_}
{}

kafka_consumer::~kafka_consumer()
{
    assert(!is_running_ && "run() has ended before its consumer goes");
    let_go();
}

asio::awaitable<void> kafka_consumer::run()
{
    const running_mark mark{*this};
    pipeline::task_group ears{loop_, time_};
    ears.start(listen());
    std::exception_ptr failure;
    try {
        co_await take_part();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    ears.request_stop();
    co_await ears.join();
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> kafka_consumer::listen()
{
    for (;;) {
        co_await bell_.rung();
        has_rung_ = true;
        tick_->ring();
    }
}

asio::awaitable<void> kafka_consumer::take_part()
{
    std::exception_ptr failure;
    try {
        co_await start();
        while (!closing_by_) {
            co_await serve();
            records_->ring();
            co_await nap(time_.now() + longest_nap);
        }
    } catch (const interrupted&) {
    } catch (const boost::system::system_error&) {
        throw;
    } catch (...) {
        failure = std::current_exception();
    }
    co_await leave(closing_by_.value_or(time_.now() + leaving_after_failure));
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> kafka_consumer::start()
{
    const auto topics = all_topics();
    const auto ask = [this, &topics](rd_kafka_t* client) {
        auto counts = count_partitions(client, topics);
        auto ends = options_.mode == reading::until_end ? find_ends(client, counts) : topic_ends{};
        return std::pair{std::move(counts), std::move(ends)};
    };
    auto look = [this, &ask] { return ask_once(access(), kafka_conf::for_lookup(options_.kafka), ask); };
    auto found = co_await ask_until_answered(look);
    ends_ = std::move(found.second);

    std::size_t partitions = 0;
    for (const auto& [topic, count] : found.first) {
        partitions += static_cast<std::size_t>(count);
        if (count > 0) continue;
        if (options_.mode == reading::until_end)
            throw std::runtime_error{"topic \"" + topic + "\" does not exist"};
        trouble_.arose(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, topic, "the topic does not exist");
    }

    client_ = kafka_conf::for_consumer(options_.kafka, options_.group, partitions, options_.prefetch)
                  .make(RD_KAFKA_CONSUMER);
    recipient_.emplace(options_.sign_in, client_.get());
    rd_kafka_poll_set_consumer(client_.get());
    control_.emplace(kafka_queue{rd_kafka_queue_get_consumer(client_.get())}, bell_);
    rd_kafka_set_log_queue(client_.get(), control_->native());
    if (transactor_ != nullptr) {
        transactor_->attach(client_.get(), assignment_, bell_);
        commits_ = transactor_;
    } else {
        commits_ =
            &committer_.emplace(client_.get(), bell_, assignment_, trouble_, options_.kafka.commit_interval);
    }

    const kafka_partition_list wanted{rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()))};
    for (const auto& each : topics)
        rd_kafka_topic_partition_list_add(wanted.get(), each.c_str(), RD_KAFKA_PARTITION_UA);
    const auto failed = rd_kafka_subscribe(client_.get(), wanted.get());
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "subscribing"};
}

asio::awaitable<void> kafka_consumer::serve()
{
    for (;;) {
        kafka_event event;
        if (!postponed_.empty()) {
            event = std::move(postponed_.front());
            postponed_.pop_front();
        } else {
            event = control_->take();
        }
        if (!event) break;
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
            co_await rebalance(std::move(event));
        } else {
            serve_plain(event.get());
        }
    }
    if (assignment_.is_lost()) co_await start_anew();
    // At the end of a bounded run nobody should have to wait for the interval.
    const bool is_done = is_assigned_ && assignment_.is_read() && !assignment_.has_open();
    if (options_.mode == reading::until_end && is_done && !commits_->has_failed()) commits_->hurry();
    commits_->serve(time_.now());
}

void kafka_consumer::serve_plain(rd_kafka_event_t* event)
{
    switch (rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_LOG: {
            const char* facility = nullptr;
            const char* line = nullptr;
            int level = 0;
            if (rd_kafka_event_log(event, &facility, &line, &level) == 0) trouble_.relay(level, line);
            return;
        }
        case RD_KAFKA_EVENT_FETCH: throw std::logic_error{"a record came past the queue of its partition"};
        case RD_KAFKA_EVENT_ERROR: {
            const auto error = rd_kafka_event_error(event);
            const std::string reason = rd_kafka_event_error_string(event);
            if (rd_kafka_event_error_is_fatal(event) != 0 || severity_of(error) == kafka_severity::fatal)
                throw std::runtime_error{"kafka consumer of group \"" + options_.group + "\": " + reason};
            trouble_.arose(error, {}, reason);
            if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION && options_.sign_in != nullptr)
                options_.sign_in->refused(client_.get());
            return;
        }
        default: return;
    }
}

asio::awaitable<void> kafka_consumer::nap(config::time_point until)
{
    if (!has_rung_) co_await tick_->wait_until(until);
    has_rung_ = false;
    assignment_.look_again();
}

std::optional<pipeline::record> kafka_consumer::take(std::size_t room)
{
    if (is_intake_stopped_) return std::nullopt;
    return assignment_.take(room);
}

asio::awaitable<bool> kafka_consumer::more()
{
    const bool is_bounded = options_.mode == reading::until_end;
    // Not when all is read: what is not done yet may come back with the next assignment.
    const bool is_at_end = is_bounded && is_assigned_ && assignment_.is_finished();
    if (is_intake_stopped_ || is_at_end) co_return false;
    co_await records_->wait_until(config::time_point::max());
    co_return true;
}

std::vector<std::string> kafka_consumer::all_topics() const
{
    std::vector<std::string> all;
    for (const auto& each : options_.routes) all.insert(all.end(), each.topics.begin(), each.topics.end());
    return all;
}

std::vector<std::string> kafka_consumer::topics_of_routes(const std::vector<std::string>& routes) const
{
    std::vector<std::string> topics;
    for (const auto& each : options_.routes)
        if (std::find(routes.begin(), routes.end(), each.name) != routes.end())
            topics.insert(topics.end(), each.topics.begin(), each.topics.end());
    return topics;
}

void kafka_consumer::hold_route(const std::string& route)
{
    held_routes_.push_back(route);
    assignment_.hold(topics_of_routes(held_routes_));
}

void kafka_consumer::release_route(const std::string& route)
{
    held_routes_.erase(std::remove(held_routes_.begin(), held_routes_.end(), route), held_routes_.end());
    assignment_.hold(topics_of_routes(held_routes_));
    records_->ring();
}

void kafka_consumer::stop_route(const std::string& route)
{
    const auto topics = topics_of_routes({route});
    stopped_topics_.insert(stopped_topics_.end(), topics.begin(), topics.end());
    assignment_.stop(stopped_topics_);
    bell_.ring();
}

void kafka_consumer::report_claims(pipeline::claim_listener* listener)
{
    assignment_.report_claims(listener);
}

void kafka_consumer::stop_waiting_for_partitions() noexcept { assignment_.stop_deciding(); }

void kafka_consumer::stop_intake() noexcept
{
    is_intake_stopped_ = true;
    records_->ring();
}

asio::awaitable<void> kafka_consumer::close(config::time_point deadline)
{
    stop_intake();
    closing_by_ = deadline;
    bell_.ring();
    while (is_running_) co_await closed_->wait_until(config::time_point::max());
}

bool kafka_consumer::take_token()
{
    if (options_.sign_in == nullptr || !options_.sign_in->is_by_tokens()) return true;
    lookup_token_ = options_.sign_in->token();
    return lookup_token_.has_value();
}

void kafka_consumer::note_unanswered(const kafka_error& why)
{
    trouble_.arose(why.code(), {}, why.what());
    // A client that lived for the question is gone, and the next one reads its password by itself.
    const bool shows_tokens = options_.sign_in != nullptr && options_.sign_in->is_by_tokens();
    if (why.code() == RD_KAFKA_RESP_ERR__AUTHENTICATION && shows_tokens)
        options_.sign_in->refused(client_.get());
}

asio::awaitable<void> kafka_consumer::wait_to_ask()
{
    // The control queue wants to be looked at meanwhile; what it brings about assignments can wait.
    while (control_) {
        auto event = control_->take();
        if (!event) break;
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
            postponed_.push_back(std::move(event));
        } else {
            serve_plain(event.get());
        }
    }
    if (!closing_by_) co_await nap(time_.now() + longest_nap);
    if (closing_by_) throw interrupted{};
}

asio::awaitable<void> kafka_consumer::leave(config::time_point deadline)
{
    if (!client_) co_return;
    decline_assignment();
    assignment_.begin_revocation();
    co_await commit_done(deadline);
    rd_kafka_error_destroy(rd_kafka_consumer_close_queue(client_.get(), control_->native()));
    while (rd_kafka_consumer_closed(client_.get()) == 0 && time_.now() < deadline) {
        while (auto event = control_->take()) {
            if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) continue;
            rd_kafka_assign(client_.get(), nullptr);
        }
        co_await nap(std::min(deadline, time_.now() + longest_nap));
    }
    let_go();
}

void kafka_consumer::let_go()
{
    is_assigned_ = false;
    assignment_.clear();
    commits_ = nullptr;
    committer_.reset();
    if (transactor_ != nullptr) transactor_->detach();
    postponed_.clear();
    if (!client_) return;
    // An assignment or a revocation that nobody has answered would keep the client alive for ever.
    decline_assignment();
    rd_kafka_assign(client_.get(), nullptr);
    recipient_.reset();
    control_.reset();
    blocking_.destroy(std::move(client_));
}

}  // namespace worker
