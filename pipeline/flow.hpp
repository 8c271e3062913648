#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/budget.hpp"
#include "pipeline/dispatcher.hpp"
#include "pipeline/job_group.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/route.hpp"

namespace pipeline {

/// One source, which of its topics belongs to which route, and where their outcomes go.
struct inlet {
    job_source* source = nullptr;
    outcome_sink* sink = nullptr;
    std::map<std::string, route*> routes;
};

/// What the flow is made of; all of it must outlive the flow.
struct flow_parts {
    timeline& time;
    std::vector<deployment*> deployments;
    std::vector<inlet> inlets;
    event_log& log;
    stats& counters;
};

/// From records to outcomes: reads while the budget allows, runs each job as a coroutine, publishes its
/// outcome in the order that the route wants, and closes its receipt.
class flow {
public:
    flow(boost::asio::any_io_executor executor, const flow_parts& parts,
         const budget_limits& limits);
    /// Its sources may outlive it: they report nothing to it any more.
    ~flow();
    flow(const flow&) = delete;
    flow& operator=(const flow&) = delete;

    /// Completes when all inlets have ended and every job that can end has ended: at the end of the input,
    /// or after the sources were told to stop. Throws only for bugs.
    boost::asio::awaitable<void> run();

    /// Breaks off calls and leaves every job open that is not being published; run() ends soon after.
    void abandon();

    [[nodiscard]] bool any_route_stopped() const;
    /// Jobs read but not ended.
    [[nodiscard]] std::size_t open_jobs() const { return budget_.records(); }

private:
    class intake;
    /// When a job began, by both clocks; deadlines count from it.
    struct job_start {
        config::time_point now;
        std::int64_t unix_ms;
    };

    boost::asio::awaitable<void> take_in(intake& from);
    lazy<void> live(intake& from, route& way, record source, charge held);
    void line_up(intake& from, const route& way, const record& source, order_place& place);
    lazy<std::optional<outcome>> work_out(route& way, const record& source, job_start began);
    /// False where nothing of the outcome may be published any more.
    lazy<bool> wait_to_publish(record& source, order_place& place);
    /// An outcome that its topic refuses ends as a dead letter.
    lazy<bool> publish_refusal(outcome_sink& sink, route& way, const record& source, publication refused,
                               const failure& why);
    /// Its record is read again, by us or by whoever has its partition.
    void leave_open(const record& source, order_place& place);
    void drop(const outcome& what, const record& source, order_place& place);
    void count_given_up_calls(const record& source, const provenance& by);
    std::optional<outcome> dead_letter(route& way, const record& source, const failure& why,
                                       const provenance& by);
    std::optional<outcome> without_value(route& way, const record& source);
    void stop_route(route& way, std::string reason);
    /// Gives the messages the headers that all of their route have.
    static void label(outcome& what, const route& way, const record& source);
    void count(const outcome& ended);
    void give_up(std::exception_ptr why);

    boost::asio::any_io_executor executor_;
    flow_parts parts_;
    budget budget_;
    grouper groups_;
    dispatcher sender_;
    std::deque<intake> intakes_;
    job_group jobs_;
    task_group inlets_;
    task_group services_;
    std::exception_ptr bug_;
    bool abandoned_ = false;
};

}  // namespace pipeline
