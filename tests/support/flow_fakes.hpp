#pragma once

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pipeline/event_log.hpp"
#include "pipeline/latch.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/task_group.hpp"
#include "tests/support/manual_timeline.hpp"
#include "tools/simulator/work_line.hpp"

namespace tests {

/// A source with records of the test's making; remembers which receipts were closed.
class fake_source final : public pipeline::job_source, public pipeline::receipt_book {
public:
    explicit fake_source(pipeline::timeline& time) : arrival_{time.make_alarm()} {}

    /// A record of `topic`; offsets count up over all topics.
    void put(std::string topic, std::optional<std::string> value, std::string key = {},
             std::vector<pipeline::header> headers = {});
    /// take() gives nothing once all has been read.
    void end();

    std::optional<pipeline::record> take(std::size_t room) override;
    boost::asio::awaitable<bool> more() override;
    /// Topics are named as their routes.
    void hold_route(const std::string& route) override { held_routes.insert(route); }
    void release_route(const std::string& route) override;
    void stop_route(const std::string& route) override { stopped_routes.insert(route); }
    void report_claims(pipeline::claim_listener* listener) override { listener_ = listener; }
    void close(std::uint64_t section, std::int64_t number) noexcept override;
    pipeline::claim_state state(std::uint64_t section, std::int64_t number) const noexcept override;
    void await_decision(pipeline::latch& decided) override { undecided_.push_back(&decided); }
    void publication_began() noexcept override { ++publishing; }
    void publication_ended() noexcept override { --publishing; }

    /// All records are taken away; decide() says which of them do not come back.
    void suspend();
    void decide(std::set<std::int64_t> gone);

    int publishing = 0;
    std::set<std::int64_t> closed;
    std::set<std::string> stopped_routes;
    std::set<std::string> held_routes;
    std::int64_t given = 0;

private:
    std::deque<pipeline::record> waiting_;
    std::unique_ptr<pipeline::alarm> arrival_;
    pipeline::claim_listener* listener_ = nullptr;
    std::vector<pipeline::latch*> undecided_;
    std::set<std::int64_t> gone_;
    std::int64_t next_offset_ = 0;
    bool is_suspended_ = false;
    bool ended_ = false;
};

/// Keeps what was published; can be corked, and can refuse large messages.
class fake_sink final : public pipeline::outcome_sink {
public:
    fake_sink(boost::asio::io_context& loop, pipeline::timeline& time)
        : time_{time}, pauses_{loop.get_executor(), time}
    {}

    pipeline::lazy<pipeline::result<void>> publish(pipeline::publication one) override;

    /// Published messages of one topic.
    [[nodiscard]] std::vector<pipeline::message> of(const std::string& topic) const;
    [[nodiscard]] std::size_t count(pipeline::ending how) const;

    std::vector<pipeline::outcome> published;
    std::size_t largest_message = SIZE_MAX;
    config::duration delay{};
    std::string slow_topic;  ///< the only one with that delay; empty: all have it

private:
    boost::asio::awaitable<void> open_late(pipeline::latch& door);

    pipeline::timeline& time_;
    pipeline::task_group pauses_;
};

/// A deployment that does what the test says, after a time, and keeps an account like the service's own.
class fake_service final : public pipeline::model_endpoint {
public:
    /// What to answer the n-th call (from 1) with; the default answers everything.
    using answer_rule = std::function<pipeline::result<pipeline::reply>(const pipeline::request&, int)>;

    explicit fake_service(pipeline::timeline& time) : time_{time} {}

    boost::asio::awaitable<pipeline::result<pipeline::reply>> call(const pipeline::request& ask) override;

    /// A good reply: vectors of one dimension that hold the length of the piece, or a text that quotes it.
    static pipeline::reply good_reply(const pipeline::request& ask);
    /// Refuses every request with a piece that contains `marker`.
    void refuse_with(std::string marker);

    answer_rule rule;
    config::duration latency = std::chrono::milliseconds{100};
    simulator::work_line line{0};      ///< where calls wait for their turn; of no places: they do not
    std::vector<std::size_t> batches;  ///< inputs of each call, in order
    std::vector<config::time_point> called_at;
    std::map<std::string, int> asked;     ///< how often each piece arrived
    std::map<std::string, int> answered;  ///< how often each piece was answered
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0;

private:
    pipeline::timeline& time_;
};

/// Keeps the events that were written.
class recorded_log final : public pipeline::event_log {
public:
    struct line {
        config::log_level level;
        std::string event;
        std::map<std::string, std::string> fields;
    };
    void write(config::log_level level, std::string_view event,
               std::initializer_list<pipeline::event_field> fields) override;
    [[nodiscard]] std::vector<line> all(std::string_view event) const;

    std::vector<line> lines;
};

/// Header of a message; empty where it has none of that name.
[[nodiscard]] std::string header_of(const pipeline::message& one, const std::string& name);

}  // namespace tests
