#include "worker/mill.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <map>
#include <random>

namespace asio = boost::asio;

namespace worker {
namespace {

using namespace std::chrono_literals;

constexpr config::duration closing_time = 10s;    // for the last commit and leaving the group
constexpr config::duration time_to_publish = 2s;  // for what is answered when everything is stopped at once

std::vector<pipeline::deployment*> find_deployments(std::deque<pipeline::deployment>& all,
                                                    const config::route_settings& route)
{
    std::vector<pipeline::deployment*> found;
    for (const auto& name : route.deployments) {
        for (auto& each : all) {
            if (each.settings().name == name) found.push_back(&each);
        }
    }
    return found;
}

kafka_consumer_options options_of_group(const std::string& group, const config::settings& settings,
                                        const mill_options& options, kafka_sign_in* sign_in)
{
    kafka_consumer_options made{
        settings.kafka,           group,  {}, settings.budgets.prefetch_bytes, options.mode, options.from,
        options.ignores_metadata, sign_in};
    for (const auto& each : settings.routes) {
        if (each.group == group) made.routes.push_back({each.name, each.from, {each.to, each.dead_letters}});
    }
    return made;
}

}  // namespace

mill::mill(const config::settings& settings, const mill_options& options)
    : settings_{settings},
      options_{options},
      log_{settings.log.level, options.log_form},
      parts_{loop_.get_executor(), time_},
      watchers_{loop_.get_executor(), time_},
      top_{loop_.get_executor(), time_},
      signals_{loop_, SIGINT, SIGTERM}
{
    std::random_device seeds;
    for (const auto& each : settings.deployments) {
        auto& endpoint = endpoints_.emplace_back(loop_, answers_, each, credentials_.of(each));
        deployments_.emplace_back(each, endpoint, quotas_.meter_of(each, seeds(), time_.now()), seeds());
    }
    for (const auto& each : settings.routes)
        routes_.emplace_back(each, steps_, find_deployments(deployments_, each));

    auto* const tokens = credentials_.of(settings.kafka);
    auto& sign_in = kafka_sign_in_.emplace(settings.kafka.auth, [tokens] { tokens->renew(); });
    if (tokens != nullptr) tokens->tell(sign_in);

    std::map<std::string, pipeline::inlet> inlets;
    for (auto& each : routes_) {
        auto& inlet = inlets[each.settings().group];
        for (const auto& topic : each.settings().from) inlet.routes[topic] = &each;
    }
    const bool is_exact = settings.kafka.delivery == config::delivery_rule::exactly_once;
    if (!is_exact) producer_.emplace(loop_.get_executor(), time_, blocking_, log_, settings.kafka, &sign_in);
    const auto limits = pipeline::limits_of(settings.budgets, settings.kafka.delivery);
    pipeline::flow_parts parts{time_, {}, {}, log_, counters_};
    for (auto& each : deployments_) parts.deployments.push_back(&each);
    for (auto& [group, inlet] : inlets) {
        auto* transactor = is_exact ? &transactors_.emplace_back(
                                          loop_.get_executor(), time_, blocking_, log_, settings.kafka,
                                          pipeline::transaction_bytes(limits), group, &sign_in)
                                    : nullptr;
        inlet.source =
            &consumers_.emplace_back(loop_.get_executor(), time_, blocking_, log_,
                                     options_of_group(group, settings, options, &sign_in), transactor);
        inlet.sink = transactor;
        if (!is_exact) inlet.sink = &*producer_;
        parts.inlets.push_back(inlet);
    }
    flow_.emplace(loop_.get_executor(), parts, limits);
}

exit_code mill::run()
{
    top_.start(operate());
    loop_.run();
    if (failure_) std::rethrow_exception(failure_);
    return verdict();
}

asio::awaitable<void> mill::operate()
{
    if (producer_) parts_.start(guard(producer_->run()));
    for (auto& each : transactors_) parts_.start(guard(each.run()));
    for (auto& each : consumers_) parts_.start(guard(each.run()));
    for (auto* each : credentials_.sign_ins()) watchers_.start(guard(each->run()));
    watchers_.start(guard(listen_for_signals()));
    watchers_.start(guard(report_progress()));
    watchers_.start(guard(sharing_.run()));

    co_await guard(flow_->run());
    co_await shut_down();
}

// Whatever ends a part ends the whole: jobs that are under way stay open, and nothing is lost.
asio::awaitable<void> mill::guard(asio::awaitable<void> part)
{
    std::exception_ptr why;
    try {
        co_await std::move(part);
    } catch (const boost::system::system_error& stopped) {
        if (stopped.code() != asio::error::operation_aborted) why = std::current_exception();
    } catch (...) {
        why = std::current_exception();
    }
    if (!why) co_return;
    if (!failure_) failure_ = why;
    begin_hard_stop();
}

asio::awaitable<void> mill::shut_down()
{
    signals_.cancel();
    watchers_.request_stop();
    co_await watchers_.join();
    if (producer_ && !stopped_hard_) co_await producer_->close(time_.now() + closing_time);
    for (auto& each : consumers_) co_await each.close(time_.now() + closing_time);
    for (auto& each : transactors_) co_await each.close(time_.now() + closing_time);
    co_await parts_.join();
    for (auto& each : endpoints_) each.close();
    log_summary();
}

asio::awaitable<void> mill::listen_for_signals()
{
    for (;;) {
        co_await signals_.async_wait(asio::use_awaitable);
        if (draining_) {
            log_.write(config::log_level::warning, "second signal: stopping at once", {});
            begin_hard_stop();
            co_return;
        }
        start_drain();
    }
}

void mill::start_drain()
{
    draining_ = true;
    log_.write(config::log_level::info, "stopping: open jobs are finished, a second signal stops at once",
               {{"open_jobs", static_cast<std::int64_t>(flow_->open_jobs())}});
    for (auto& each : consumers_) each.stop_intake();
    watchers_.start(drain_by(time_.now() + settings_.drain_deadline));
}

asio::awaitable<void> mill::drain_by(config::time_point deadline)
{
    const auto bell = time_.make_alarm();
    while (time_.now() < deadline) co_await bell->wait_until(deadline);
    log_.write(config::log_level::warning, "drain deadline passed: the jobs still open are read again later",
               {{"open_jobs", static_cast<std::int64_t>(flow_->open_jobs())}});
    begin_hard_stop();
}

void mill::begin_hard_stop()
{
    if (std::exchange(stopped_hard_, true)) return;
    given_up_before_stop_ = counters_.given_up;
    flow_->abandon();
    for (auto& each : consumers_) each.stop_waiting_for_partitions();
    if (producer_) parts_.start(producer_->close(time_.now() + time_to_publish));
    for (auto& each : transactors_) parts_.start(each.give_up_by(time_.now() + time_to_publish));
}

asio::awaitable<void> mill::report_progress()
{
    const auto interval = options_.log_form == json_log::form::terminal ? config::duration{500ms} : 10s;
    progress_meter meter;
    const auto bell = time_.make_alarm();
    for (auto next = time_.now();;) {
        reading_progress read;
        for (const auto& each : consumers_) {
            read.total += each.progress().total;
            read.done += each.progress().done;
        }
        const auto done = read.total > 0 ? read.done : static_cast<std::int64_t>(counters_.done());
        const auto figures = meter.measure(counters_, done, read.total, time_.now());
        log_.show_progress(progress_line(figures));
        if (options_.log_form == json_log::form::json && done > 0) {
            log_.write(config::log_level::info, "progress",
                       {{"done", figures.done},
                        {"total", figures.total},
                        {"texts_per_second", figures.texts_per_second},
                        {"tokens_per_minute", figures.tokens_per_minute},
                        {"throttled", static_cast<std::int64_t>(figures.throttled)},
                        {"dead_letters", static_cast<std::int64_t>(figures.dead_letters)}});
            ratios_.tell_changes();
            concurrency_.tell_changes();
        }
        give_up_where_nothing_can_be_sent();
        next += interval;
        while (time_.now() < next) co_await bell->wait_until(next);
    }
}

// A run with an end must come to it. Without one, a stopped deployment is probed until it works again.
void mill::give_up_where_nothing_can_be_sent()
{
    if (options_.mode != reading::until_end || flow_->open_jobs() == 0) return;
    for (const auto& each : routes_) {
        const auto& all = each.served_by();
        const auto cut_off = std::all_of(all.begin(), all.end(), [](const pipeline::deployment* where) {
            return where->breaker().is_stopped();
        });
        if (each.is_stopped() || !cut_off) continue;
        nothing_can_be_sent_ = true;
        log_.write(config::log_level::error, "no deployment of the route can be used: giving up",
                   {{"route", each.settings().name}});
        begin_hard_stop();
        return;
    }
}

void mill::log_summary()
{
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    ratios_.tell_changes();
    concurrency_.tell_changes();
    connection_counts opened;
    std::uint64_t repeated = 0;
    for (const auto& each : endpoints_) {
        opened += each.connections();
        repeated += each.repeated();
    }
    log_.write(config::log_level::info, "stopped",
               {{"records", number(counters_.records_read)},
                {"results", number(counters_.results)},
                {"dead_letters", number(counters_.dead_letters)},
                {"tombstones", number(counters_.tombstones + counters_.skipped)},
                {"left_open", number(counters_.open())},
                {"given_up", number(counters_.given_up)},
                {"bought_again", number(counters_.bought_again)},
                {"calls", number(counters_.calls)},
                {"texts_answered", number(counters_.inputs_answered)},
                {"texts_truncated", number(counters_.texts_truncated)},
                {"tokens", number(counters_.tokens_billed)},
                {"throttled", number(counters_.calls_throttled)},
                {"refused", number(counters_.calls_refused)},
                {"failed", number(counters_.calls_failed)},
                {"models_changed", number(counters_.models_changed)},
                {"connections", number(opened.connections)},
                {"tls_handshakes", number(opened.handshakes)},
                {"tls_resumed", number(opened.resumed)},
                {"requests_repeated", number(repeated)}});
}

exit_code mill::verdict() const
{
    const bool has_stopped_partition =
        std::any_of(consumers_.begin(), consumers_.end(),
                    [](const kafka_consumer& each) { return each.has_stopped_partition(); });
    if (flow_->any_route_stopped() || nothing_can_be_sent_ || has_stopped_partition)
        return exit_code::stopped;
    // What was undecided when everything had to stop counts as given up.
    if (stopped_hard_ && counters_.open() + counters_.given_up > given_up_before_stop_)
        return exit_code::left_open;
    return exit_code::done;
}

}  // namespace worker
