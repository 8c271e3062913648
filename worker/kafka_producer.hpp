#pragma once

#include <boost/container/small_vector.hpp>

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "pipeline/event_log.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/task_group.hpp"
#include "pipeline/timeline.hpp"
#include "worker/kafka_blocking.hpp"
#include "worker/kafka_production.hpp"

namespace worker {

/// Publishes outcomes: idempotent, acknowledged by all replicas in sync, repeated for as long as it takes.
///
/// Messages are borrowed, not copied, so that publish() never leaves before librdkafka has let go of them.
/// What makes that happen soon is close(), or the cancellation of run(), which gives up everything that is
/// not durable by then.
///
/// A broker answers for a whole batch. Messages of a refused batch are produced once more in batches of
/// one, so that only the outcome that is to blame fails.
///
/// Lives on the loop's thread. run() and every publish() must have ended before it goes.
class kafka_producer final : public pipeline::outcome_sink {
public:
    /// All must outlive it; `sign_in` may be null. Throws std::runtime_error where
    /// librdkafka refuses the configuration.
    kafka_producer(const boost::asio::any_io_executor& loop, pipeline::timeline& time,
                   kafka_blocking& blocking, pipeline::event_log& log, const config::kafka_settings& settings,
                   kafka_sign_in* sign_in = nullptr);
    ~kafka_producer() override;

    /// Takes the delivery reports until close(). Cancellation throws operation_aborted once nothing is
    /// under way any more.
    boost::asio::awaitable<void> run();

    /// Fails with errc::refused, code "message_too_large" or librdkafka's name of the error, where a
    /// message can never be written. Messages that are too large for this producer are found before any of
    /// the outcome is written; those that are too large for the topic may find others written already.
    /// Fails with errc::abandoned after close() has given up.
    pipeline::lazy<pipeline::result<void>> publish(pipeline::publication one) override;

    /// Waits for what is being published, until `deadline`; the rest is abandoned. Completes when run() has
    /// ended.
    boost::asio::awaitable<void> close(config::time_point deadline);

    /// Messages handed over to librdkafka and not reported yet.
    [[nodiscard]] std::size_t under_way() const noexcept;

private:
    class running_mark;
    class publishing_mark;
    class latch_opener;
    using deliveries = boost::container::small_vector<kafka_delivery, 1>;  ///< most outcomes are one message

    /// Hands it over, or reports why not to its round; false where there is no room at present.
    [[nodiscard]] bool post(kafka_delivery& delivery);
    boost::asio::awaitable<void> pause(latch_opener at_the_end);
    /// What the reports mean for the outcome: nothing as long as it is worth going on.
    [[nodiscard]] std::optional<pipeline::result<void>> judge(deliveries& all);

    [[nodiscard]] kafka_production& production_for(const kafka_delivery& delivery);
    void serve();
    /// Lets so many of those go on that wait for room, in the order in which they came.
    void let_in(std::size_t messages);
    void replace_broken(std::unique_ptr<kafka_production>& production);
    void abandon();
    void destroy_retired();

    pipeline::timeline& time_;
    kafka_blocking& blocking_;
    const config::kafka_settings settings_;
    kafka_sign_in* sign_in_;
    kafka_trouble trouble_;
    kafka_wakeup bell_;
    std::int64_t largest_message_;
    std::unique_ptr<kafka_production> main_;
    std::unique_ptr<kafka_production> alone_;  ///< batches of one; made when first needed
    std::list<std::unique_ptr<kafka_production>> retired_;
    std::deque<pipeline::latch*> waiting_for_room_;
    pipeline::task_group pauses_;  ///< before outcomes are produced once more
    std::unique_ptr<pipeline::alarm> closed_;
    std::size_t publishing_ = 0;
    bool is_running_ = false;
    bool is_closing_ = false;
    bool is_abandoned_ = false;
};

}  // namespace worker
