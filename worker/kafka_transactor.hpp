#pragma once

#include <boost/container/small_vector.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/event_log.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/task_group.hpp"
#include "pipeline/timeline.hpp"
#include "worker/instance_name.hpp"
#include "worker/kafka_commit.hpp"
#include "worker/kafka_transactions.hpp"

namespace worker {

/// Publishes the outcomes of one consumer group exactly once: those of a window, the offsets of their records
/// and what is done above them are committed in one transaction, or none of it is.
///
/// An outcome is kept until the commit has returned, so that an aborted transaction is produced again and
/// nothing is bought twice for it. Nothing is produced while a commit is under way; what ends meanwhile is
/// the next window. A message that the brokers refuse takes its transaction with it: the suspects are
/// produced again, each alone in its batch, in the same order, until the one to blame has been found.
///
/// Lives on the loop's thread. run() and every publish() must have ended before it goes.
class kafka_transactor final : public pipeline::outcome_sink, public kafka_commits {
public:
    /// All must outlive it; `sign_in` may be null. A transaction has outcomes of
    /// `window` or a little more. Throws std::runtime_error where librdkafka refuses the configuration, or
    /// where there is no name for the instance.
    kafka_transactor(const boost::asio::any_io_executor& loop, pipeline::timeline& time,
                     kafka_blocking& blocking, pipeline::event_log& log,
                     const config::kafka_settings& settings, config::bytes window, std::string group,
                     kafka_sign_in* sign_in = nullptr);
    ~kafka_transactor() override;

    /// Writes transactions until close(). Throws std::runtime_error where another process has taken over the
    /// instance, and where the cluster does not let us write transactions.
    boost::asio::awaitable<void> run();

    /// The consumer of the group, while it has a client.
    void attach(rd_kafka_t* consumer, kafka_assignment& assignment, kafka_wakeup& bell) noexcept;
    void detach() noexcept;

    /// Completes when the transaction with the outcome is committed; its claim is closed then. Fails as
    /// outcome_sink says.
    pipeline::lazy<pipeline::result<void>> publish(pipeline::publication one) override;

    /// Waits for what is being published, until `deadline`; the rest is abandoned. Completes when run() has
    /// ended.
    boost::asio::awaitable<void> close(config::time_point deadline);
    /// What is not committed by `deadline` is abandoned, and nothing is committed any more.
    boost::asio::awaitable<void> give_up_by(config::time_point deadline);

    void serve(config::time_point now) override;
    void hurry() noexcept override;
    [[nodiscard]] std::uint64_t order() override;
    [[nodiscard]] bool is_over(std::uint64_t order, config::time_point now) override;
    [[nodiscard]] bool has_failed() const noexcept override { return has_failed_; }

    [[nodiscard]] const std::string& instance() const noexcept { return instance_.text(); }

private:
    /// One outcome on its way; lives in the frame of publish().
    struct entry {
        explicit entry(const pipeline::publication& what) : one{what} {}
        pipeline::publication one;
        boost::container::small_vector<kafka_delivery, 1> messages;
        bool is_suspect = false;
        std::optional<pipeline::result<void>> end;
        pipeline::latch ended;
    };
    struct consumer_side {
        rd_kafka_t* client;
        kafka_assignment* assignment;
        kafka_wakeup* bell;
    };
    /// What a transaction says of the offsets.
    struct offsets_sent {
        kafka_partition_list list;
        std::vector<sent_point> points;  ///< the same partitions
    };
    class running_mark;

    boost::asio::awaitable<void> listen();
    boost::asio::awaitable<void> work();
    boost::asio::awaitable<void> transact();
    boost::asio::awaitable<void> fill_window(config::time_point until);
    boost::asio::awaitable<void> post(entry& what);
    boost::asio::awaitable<void> wait_for_reports(std::size_t at_most);
    boost::asio::awaitable<transaction_verdict> conclude(offsets_sent& offsets);
    boost::asio::awaitable<transaction_verdict> send_offsets(offsets_sent& offsets);
    boost::asio::awaitable<void> roll_back(transaction_verdict why, const offsets_sent& offsets);
    boost::asio::awaitable<transaction_verdict> give_up_transaction(transaction_verdict why,
                                                                    const offsets_sent& offsets);
    boost::asio::awaitable<void> make_ready();
    boost::asio::awaitable<void> rebuild();
    boost::asio::awaitable<void> nap(config::time_point until);

    [[nodiscard]] bool has_work() const noexcept;
    [[nodiscard]] bool is_window_full() const noexcept;
    [[nodiscard]] bool is_window_well();
    [[nodiscard]] offsets_sent take_stock() const;
    void end_window(const offsets_sent& offsets);
    void put_back_window();
    [[nodiscard]] bool is_ours(const entry& what) const noexcept;
    void end(entry& what, pipeline::result<void> how);
    void abandon_all();
    /// Throws where no other producer would fare better.
    void check_ownership() const;
    [[nodiscard]] std::unique_ptr<kafka_transactions> make_transactions();
    boost::asio::awaitable<bool> find_whether_committed(const offsets_sent& offsets);

    boost::asio::any_io_executor loop_;
    pipeline::timeline& time_;
    kafka_blocking& blocking_;
    const config::kafka_settings settings_;
    kafka_sign_in* sign_in_;
    const config::bytes full_window_;
    const std::string group_;
    instance_name instance_;
    kafka_trouble trouble_;
    kafka_wakeup bell_;
    std::int64_t largest_message_;
    std::unique_ptr<kafka_transactions> transactions_;
    std::optional<consumer_side> consumer_;
    std::unique_ptr<pipeline::alarm> tick_;    ///< run() waits
    std::unique_ptr<pipeline::alarm> closed_;  ///< close() waits

    std::deque<entry*> queued_;
    std::vector<entry*> window_;  ///< produced in the transaction that is open
    config::bytes window_bytes_{0};
    std::size_t failed_before_window_ = 0;
    config::time_point begun_at_;
    config::time_point offsets_due_ = config::time_point::min();
    bool is_ready_ = false;       ///< the transactional id is ours
    bool wants_offsets_ = false;  ///< also where there is no outcome
    bool is_hurried_ = false;
    bool has_failed_ = false;
    bool has_suspects_ = false;  ///< the window before was refused for one of its messages
    bool has_rung_ = false;
    bool is_running_ = false;
    bool is_transacting_ = false;
    bool is_closing_ = false;
    bool is_abandoned_ = false;
};

}  // namespace worker
