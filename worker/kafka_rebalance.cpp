#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "worker/kafka_consumer.hpp"

// How a consumer takes partitions over and gives them up.

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace worker {
namespace {

// The other members wait for us meanwhile.
constexpr auto commit_on_revoke = 2s;
// Of that, for answers that are about to come: what they cost would be paid again.
constexpr auto answering_on_revoke = 1s;
// And for what is being published, which would be published again.
constexpr auto publishing_on_revoke = 700ms;

/// Who this member is, and of which generation of the group; only good for being compared.
std::string generation_of(rd_kafka_t* client)
{
    const kafka_group_metadata group{rd_kafka_consumer_group_metadata(client)};
    if (!group) return {};
    void* bytes = nullptr;
    std::size_t size = 0;
    rd_kafka_error_destroy(rd_kafka_consumer_group_metadata_write(group.get(), &bytes, &size));
    if (bytes == nullptr) return {};
    std::string text(static_cast<const char*>(bytes), size);
    rd_kafka_mem_free(client, bytes);
    return text;
}

}  // namespace

asio::awaitable<void> kafka_consumer::rebalance(kafka_event event)
{
    if (rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        // A topic that changes while librdkafka waits for the answer to an assignment makes it join again and
        // deal out anew, without taking anything back (rdkafka_cgrp.c, revoke_all_rejoin, 2.0.2).
        if (assignment_.size() > 0) co_await revoke(true);
        co_await assign(*rd_kafka_event_topic_partition_list(event.get()));
    } else {
        co_await revoke(rd_kafka_assignment_lost(client_.get()) != 0);
    }
}

asio::awaitable<void> kafka_consumer::assign(const rd_kafka_topic_partition_list_t& partitions)
{
    owes_assign_ = true;
    const auto generation = generation_of(client_.get());
    auto look = [this, &partitions] {
        // A topic that has grown is dealt out anew, so that its size needs to be asked for only here.
        auto sizes = count_partitions(client_.get(), all_topics());
        return std::pair{find_starts(partitions), std::move(sizes)};
    };
    auto [starts, sizes] = co_await ask_until_answered(look);
    if (generation_of(client_.get()) != generation) {
        // The group has gone on without us, and may have given these to others: the next assignment counts.
        co_return decline_assignment();
    }

    const auto metadata_limit = static_cast<std::size_t>(options_.kafka.commit_metadata.count());
    assignment_.let_go_of_queues();
    const kafka_partition_list wanted{rd_kafka_topic_partition_list_new(partitions.cnt)};
    for (auto& each : starts) {
        auto* entry = rd_kafka_topic_partition_list_add(wanted.get(), each.topic.c_str(), each.number);
        entry->offset = assignment_.prepare(client_.get(), std::move(each), metadata_limit);
    }
    const auto failed = rd_kafka_assign(client_.get(), wanted.get());
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "taking over partitions"};
    owes_assign_ = false;
    assignment_.adopt();
    assignment_.stop(stopped_topics_);
    assignment_.hold(topics_of_routes(held_routes_));
    is_assigned_ = true;
    // Where nothing is committed yet, a crash after the first outcome would look like offsets that were lost.
    commits_->hurry();
    count_holdings(sizes);
    report_assignment();
}

void kafka_consumer::decline_assignment()
{
    if (!std::exchange(owes_assign_, false)) return;
    // Not nullptr, which librdkafka does not take for an answer to an assignment.
    const kafka_partition_list nothing{rd_kafka_topic_partition_list_new(0)};
    rd_kafka_assign(client_.get(), nothing.get());
}

asio::awaitable<void> kafka_consumer::revoke(bool is_lost)
{
    is_assigned_ = false;
    assignment_.begin_revocation();
    // Somebody else may hold the partitions already: a commit would be refused, or worse, not refused.
    if (!is_lost) co_await commit_done(time_.now() + commit_on_revoke);
    assignment_.stop_publishing();
    rd_kafka_assign(client_.get(), nullptr);
    const auto count = static_cast<std::int64_t>(assignment_.size());
    assignment_.suspend();
    log_.write(is_lost ? config::log_level::warning : config::log_level::info,
               is_lost ? "partitions lost" : "partitions revoked",
               {{"group", options_.group}, {"partitions", count}});
}

asio::awaitable<void> kafka_consumer::start_anew()
{
    rd_kafka_topic_partition_list_t* current = nullptr;
    const auto failed = rd_kafka_assignment(client_.get(), &current);
    const kafka_partition_list partitions{current};
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) throw kafka_error{failed, "asking for the assignment"};
    co_await revoke(rd_kafka_assignment_lost(client_.get()) != 0);
    co_await assign(*partitions);
}

asio::awaitable<void> kafka_consumer::commit_done(config::time_point deadline)
{
    const auto answered_by = std::min(deadline, time_.now() + answering_on_revoke);
    while (assignment_.has_calls_under_way() && time_.now() < answered_by)
        co_await nap(std::min(answered_by, time_.now() + 20ms));
    co_await nap(time_.now() + 5ms);  // for jobs that have just been answered
    assignment_.stop_publishing();
    commits_->hurry();
    const auto published_by = std::min(deadline, time_.now() + publishing_on_revoke);
    while (assignment_.publishing() > 0 && time_.now() < published_by)
        co_await nap(std::min(published_by, time_.now() + 500ms));
    const auto order = commits_->order();
    while (!commits_->is_over(order, time_.now()) && time_.now() < deadline)
        co_await nap(std::min(deadline, time_.now() + 500ms));
}

std::vector<partition_start> kafka_consumer::find_starts(
    const rd_kafka_topic_partition_list_t& partitions) const
{
    const auto offsets = find_offsets(client_.get(), partitions, options_.from);
    std::map<const kafka_route*, earlier_outcomes> published;
    const auto outcomes_of = [&](const kafka_route& route) {
        const auto [place, is_new] = published.try_emplace(&route, earlier_outcomes::none);
        for (std::size_t i = 0; is_new && i < route.outputs.size(); ++i)
            if (place->second == earlier_outcomes::none)
                place->second = find_outcomes(access(), route.outputs[i], route.name);
        return place->second;
    };
    std::map<std::string, bool> committed_topics;
    const auto is_committed_in_part = [&](const std::string& topic) {
        const auto [place, is_new] = committed_topics.try_emplace(topic, false);
        if (is_new) place->second = has_committed_partition(client_.get(), topic);
        return place->second;
    };

    std::vector<partition_start> starts;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const auto& where = partitions.elems[i];
        const bool is_committed = examine(offsets[i]) == committed_state::usable;
        const bool is_open_question = !is_committed && !options_.from;
        // One that was added to a topic whose other partitions have been read before is new.
        const bool is_known =
            is_open_question && (offsets[i].committed || !is_committed_in_part(where.topic));
        const auto found = is_known ? outcomes_of(route_of(where.topic)) : earlier_outcomes::none;
        const auto decided = decide_start(offsets[i], options_.from, found);
        if (const auto* why = std::get_if<committed_state>(&decided))
            throw start_refused{options_.group, where.topic, where.partition, *why};

        partition_start start{
            where.topic, where.partition, std::get<std::int64_t>(decided), is_committed, {}};
        start.high = offsets[i].high;
        recall_done(start, offsets[i]);
        if (options_.mode == reading::until_end) {
            // A partition that was added after the snapshot is not part of it.
            const auto& ends = ends_.at(where.topic);
            const auto number = static_cast<std::size_t>(where.partition);
            start.until = number < ends.size() ? ends[number] : start.offset;
        }
        starts.push_back(std::move(start));
    }
    return starts;
}

void kafka_consumer::recall_done(partition_start& start, const partition_offsets& offsets) const
{
    const auto& route = route_of(start.topic);
    start.fingerprint = pipeline::route_fingerprint(route.name, route.outputs);
    // Also where the records behind the committed offset are gone, and reading begins further on.
    const bool is_told = offsets.committed && examine(offsets) != committed_state::above_high;
    if (!is_told || offsets.metadata.empty()) return;
    auto known = pipeline::read_commit_metadata(offsets.metadata, start.fingerprint, *offsets.committed);
    if (const auto* problem = std::get_if<pipeline::metadata_problem>(&known)) {
        start.problem = *problem;
        return;
    }
    auto& done = std::get<std::vector<pipeline::offset_run>>(known);
    if (!done.empty() && done.back().end > offsets.high) {
        start.problem = pipeline::metadata_problem::beyond_end;
        return;
    }
    std::erase_if(done, [&](const pipeline::offset_run& each) { return each.end <= start.offset; });
    if (!done.empty()) done.front().begin = std::max(done.front().begin, start.offset);
    start.done = std::move(done);
    start.metadata_size = offsets.metadata.size();
}

void kafka_consumer::count_holdings(const partition_counts& sizes)
{
    auto& held = holdings_.emplace();
    for (const auto& [topic, size] : sizes) held[topic].all = size;
    assignment_.for_each([&](std::uint64_t, const kafka_partition& each) { ++held[each.topic()].ours; });
    if (on_assignment_ != nullptr) on_assignment_->ring();
}

void kafka_consumer::report_assignment()
{
    const bool must_know = transactor_ != nullptr && !options_.ignores_metadata;
    std::int64_t done_before = 0;
    assignment_.for_each([&](std::uint64_t, kafka_partition& each) {
        done_before += each.done_before();
        if (!each.problem()) return;
        if (must_know) {
            each.stop();
            has_stopped_partition_ = true;
        }
        log_.write(must_know ? config::log_level::error : config::log_level::warning,
                   must_know ? "partition stopped: commit metadata not understood"
                             : "commit metadata not understood",
                   {{"group", options_.group},
                    {"topic", each.topic()},
                    {"partition", std::int64_t{each.number()}},
                    {"reason", std::string{pipeline::sentence_on(*each.problem())}},
                    {must_know ? "override" : "effect",
                     std::string{must_know ? "run with --ignore-metadata: what was done above the committed "
                                             "offset is done again, and its outcomes are published twice"
                                           : "what was done above the committed offset is done again"}}});
    });
    log_.write(config::log_level::info, "partitions assigned",
               {{"group", options_.group},
                {"partitions", static_cast<std::int64_t>(assignment_.size())},
                {"done_before", done_before}});
}

const kafka_route& kafka_consumer::route_of(const std::string& topic) const
{
    const auto reads_it = [&](const kafka_route& route) {
        return std::find(route.topics.begin(), route.topics.end(), topic) != route.topics.end();
    };
    const auto found = std::find_if(options_.routes.begin(), options_.routes.end(), reads_it);
    if (found == options_.routes.end()) throw std::logic_error{"topic \"" + topic + "\" belongs to no route"};
    return *found;
}

}  // namespace worker
