#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/quota_shares.hpp"
#include "pipeline/timeline.hpp"
#include "worker/kafka_assignment.hpp"
#include "worker/kafka_blocking.hpp"
#include "worker/kafka_commit.hpp"
#include "worker/kafka_lookup.hpp"
#include "worker/kafka_start.hpp"
#include "worker/kafka_transactor.hpp"
#include "worker/kafka_trouble.hpp"
#include "worker/kafka_wakeup.hpp"

namespace worker {

/// A route as its consumer needs to know it.
struct kafka_route {
    std::string name;
    std::vector<std::string> topics;   ///< read from
    std::vector<std::string> outputs;  ///< written to, dead letters included
};

enum class reading {
    follow,    ///< for ever
    until_end  ///< up to the high watermarks found at the start
};

struct kafka_consumer_options {
    config::kafka_settings kafka;
    std::string group;
    std::vector<kafka_route> routes;  ///< no two of them read the same topic
    config::bytes prefetch;           ///< fetched and not taken, over all partitions
    reading mode = reading::follow;
    std::optional<start_point> from;
    /// Partitions whose commit metadata is not understood are read from their committed offset on also where
    /// outcomes are promised exactly once.
    bool ignores_metadata = false;
    kafka_sign_in* sign_in = nullptr;  ///< may be null; outlives the consumer
};

/// The consumer of one group: records of all its routes in, commits of what is done out.
///
/// run() is the one coroutine that talks to the consumer's control queue; it does so at least every
/// half second, which keeps the member in the group (max.poll.interval.ms) however slow the jobs are.
/// Records are taken from a queue for each partition. An eager assignor is assumed.
///
/// On a rebalance what is done is committed, also above the lowest open record. Jobs of partitions that come
/// back go on as if nothing had been; those of the others may publish nothing any more, and their records are
/// read again by whoever has the partition.
///
/// Lives on the loop's thread. run() must have ended before it goes.
class kafka_consumer final : public pipeline::job_source {
public:
    /// All references must outlive it. `transactor`, where there is one, commits offsets together with
    /// outcomes.
    kafka_consumer(const boost::asio::any_io_executor& loop, pipeline::timeline& time,
                   kafka_blocking& blocking, pipeline::event_log& log, kafka_consumer_options options,
                   kafka_transactor* transactor = nullptr);
    ~kafka_consumer() override;

    /// Connects, joins the group and serves it until close(). A broker that is away is waited for.
    /// Throws start_refused where the operator has to decide (the group has been left then), and
    /// std::runtime_error for a topic that does not exist (until_end), a configuration that librdkafka
    /// refuses, and errors that end a group member for good. Cancellation throws operation_aborted, and
    /// leaves the group to notice by its session timeout.
    boost::asio::awaitable<void> run();

    [[nodiscard]] std::optional<pipeline::record> take(std::size_t room) override;
    /// until_end: the input ends when all that is assigned has been read, closed and committed, stopped
    /// routes left out.
    boost::asio::awaitable<bool> more() override;
    void hold_route(const std::string& route) override;
    void release_route(const std::string& route) override;
    void stop_route(const std::string& route) override;
    void report_claims(pipeline::claim_listener* listener) override;
    /// Whoever waits to hear whether his partition comes back is told that it does not. For a process that
    /// must end now; the partitions themselves stay until close().
    void stop_waiting_for_partitions() noexcept;
    /// take() gives nothing from now on.
    void stop_intake() noexcept;

    /// Stops the intake, commits what is done and leaves the group, all by `deadline`; what is not done
    /// by then is left to the session timeout. Completes when run() has ended.
    boost::asio::awaitable<void> close(config::time_point deadline);

    [[nodiscard]] const std::string& group() const noexcept { return options_.group; }
    [[nodiscard]] reading_progress progress() const noexcept { return assignment_.progress(); }
    /// Partitions that are ours at present.
    [[nodiscard]] std::size_t assigned() const noexcept { return assignment_.size(); }
    /// How many partitions of each topic the last assignment gave us, of how many there were then; absent
    /// before the first. Stays as it is while a rebalance is under way.
    [[nodiscard]] const std::optional<pipeline::partition_holdings>& holdings() const noexcept
    {
        return holdings_;
    }
    /// `bell` rings after each assignment. It must outlive the consumer's run().
    void ring_on_assignment(pipeline::alarm& bell) noexcept { on_assignment_ = &bell; }
    /// A partition is not read because its commit metadata is not understood.
    [[nodiscard]] bool has_stopped_partition() const noexcept { return has_stopped_partition_; }

private:
    struct interrupted {};  ///< close() was called while the cluster was asked something
    class running_mark;

    boost::asio::awaitable<void> listen();
    boost::asio::awaitable<void> take_part();
    boost::asio::awaitable<void> start();
    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<void> leave(config::time_point deadline);
    void let_go();
    boost::asio::awaitable<void> nap(config::time_point until);
    [[nodiscard]] std::vector<std::string> all_topics() const;
    [[nodiscard]] std::vector<std::string> topics_of_routes(const std::vector<std::string>& routes) const;
    void serve_plain(rd_kafka_event_t* event);
    void note_unanswered(const kafka_error& why);

    // kafka_rebalance.cpp
    boost::asio::awaitable<void> rebalance(kafka_event event);
    boost::asio::awaitable<void> assign(const rd_kafka_topic_partition_list_t& partitions);
    /// Answers an assignment that is waiting for it: nothing of it is taken over.
    void decline_assignment();
    boost::asio::awaitable<void> revoke(bool is_lost);
    boost::asio::awaitable<void> start_anew();
    boost::asio::awaitable<void> commit_done(config::time_point deadline);
    [[nodiscard]] std::vector<partition_start> find_starts(
        const rd_kafka_topic_partition_list_t& partitions) const;
    /// What the commit before said about records above its offset.
    void recall_done(partition_start& start, const partition_offsets& offsets) const;
    /// Takes note of what has been dealt out, of topics of these sizes.
    void count_holdings(const partition_counts& sizes);
    void report_assignment();
    [[nodiscard]] const kafka_route& route_of(const std::string& topic) const;

    /// Asks the cluster on the blocking thread until it answers.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&>> ask_until_answered(Work work);
    /// Before a question is asked (again): throws interrupted where close() is waiting.
    boost::asio::awaitable<void> wait_to_ask();
    /// A token for the next question where one is needed; false where there is none yet.
    [[nodiscard]] bool take_token();
    /// For questions on the blocking thread.
    [[nodiscard]] kafka_access access() const
    {
        return {options_.kafka, lookup_token_ ? &*lookup_token_ : nullptr};
    }

    boost::asio::any_io_executor loop_;
    pipeline::timeline& time_;
    kafka_blocking& blocking_;
    pipeline::event_log& log_;
    const kafka_consumer_options options_;
    kafka_transactor* transactor_;
    kafka_trouble trouble_;

    std::unique_ptr<pipeline::alarm> tick_;     ///< run() waits
    std::unique_ptr<pipeline::alarm> records_;  ///< more() waits
    std::unique_ptr<pipeline::alarm> closed_;   ///< close() waits

    // In this order, because a client cannot be destroyed while one of its queues is alive.
    kafka_wakeup bell_;
    kafka_client client_;
    std::optional<kafka_sign_in::recipient> recipient_;
    std::optional<kafka_inbox> control_;
    kafka_assignment assignment_;
    std::optional<kafka_committer> committer_;
    kafka_commits* commits_ = nullptr;  ///< one of the two, while there is a client

    std::optional<kafka_token> lookup_token_;  ///< changed only while the blocking thread has no question
    std::optional<pipeline::partition_holdings> holdings_;
    pipeline::alarm* on_assignment_ = nullptr;
    topic_ends ends_;                    ///< until_end: the snapshot
    std::deque<kafka_event> postponed_;  ///< rebalances that came while one was being served
    std::vector<std::string> stopped_topics_;
    std::vector<std::string> held_routes_;
    std::optional<config::time_point> closing_by_;
    bool has_rung_ = false;  ///< since the last nap()
    bool is_assigned_ = false;
    bool has_stopped_partition_ = false;
    bool owes_assign_ = false;  ///< librdkafka waits for our answer to an assignment
    bool is_intake_stopped_ = false;
    bool is_running_ = false;
};

template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> kafka_consumer::ask_until_answered(Work work)
{
    for (;;) {
        while (!take_token()) co_await wait_to_ask();
        try {
            co_return co_await blocking_.run(work);
        } catch (const kafka_error& why) {
            note_unanswered(why);
        }
        co_await wait_to_ask();
    }
}

}  // namespace worker
