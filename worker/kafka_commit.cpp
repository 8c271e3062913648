#include "worker/kafka_commit.hpp"

#include <cstring>

namespace worker {

void attach_metadata(rd_kafka_topic_partition_t& entry, const std::string& metadata)
{
    if (metadata.empty()) return;
    entry.metadata = rd_kafka_mem_malloc(nullptr, metadata.size());
    std::memcpy(entry.metadata, metadata.data(), metadata.size());
    entry.metadata_size = metadata.size();
}

sent_point add_to_commit(rd_kafka_topic_partition_list_t& list, std::uint64_t section,
                         const kafka_partition& partition, std::span<const std::int64_t> also_done)
{
    const auto point = partition.to_commit(also_done);
    auto* entry = rd_kafka_topic_partition_list_add(&list, partition.topic().c_str(), partition.number());
    entry->offset = point.offset;
    attach_metadata(*entry, point.metadata);
    return {section, point.offset, point.closed_count, point.metadata.size()};
}

kafka_committer::kafka_committer(rd_kafka_t* client, kafka_wakeup& bell, kafka_assignment& assignment,
                                 kafka_trouble& trouble, config::duration interval)
    : client_{client},
      assignment_{assignment},
      trouble_{trouble},
      interval_{interval},
      answers_{kafka_queue{rd_kafka_queue_new(client)}, bell}
{}

void kafka_committer::serve(config::time_point now)
{
    take_answers();
    if (!is_under_way_ && now >= due_) send(now);
}

std::uint64_t kafka_committer::order()
{
    hurry();
    return last_sent_ + 1;
}

bool kafka_committer::is_over(std::uint64_t order, config::time_point now)
{
    take_answers();
    if (last_taken_ >= order) return true;
    if (is_under_way_) return false;
    const bool is_refused = is_refused_ && last_sent_ >= order;
    if (is_refused || !assignment_.needs_commit()) return true;
    serve(now);
    return false;
}

void kafka_committer::send(config::time_point now)
{
    sent_.clear();
    const kafka_partition_list list{rd_kafka_topic_partition_list_new(8)};
    assignment_.for_each([&](std::uint64_t section, const kafka_partition& each) {
        if (!each.needs_commit()) return;
        sent_.push_back(add_to_commit(*list, section, each, {}));
    });
    if (list->cnt == 0) return;
    // Explicit lists, because before 2.2 the offset store of librdkafka drops the metadata of a commit.
    const auto failed = rd_kafka_commit_queue(client_, list.get(), answers_.native(), nullptr, nullptr);
    is_under_way_ = failed == RD_KAFKA_RESP_ERR_NO_ERROR;
    is_refused_ = false;
    ++last_sent_;
    if (!is_under_way_) trouble_.arose(failed, {}, "committing offsets");
    due_ = now + interval_;
}

void kafka_committer::take_answers()
{
    while (const auto event = answers_.take()) {
        if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT) continue;
        is_under_way_ = false;
        settle(rd_kafka_event_topic_partition_list(event.get()), rd_kafka_event_error(event.get()));
    }
}

void kafka_committer::settle(const rd_kafka_topic_partition_list_t* committed, rd_kafka_resp_err_t failed)
{
    bool will_be_shorter = false;
    for (const auto& [section, offset, closed_count, metadata_size] : sent_) {
        auto* partition = assignment_.find(section);
        if (partition == nullptr || committed == nullptr) continue;
        const auto* answer =
            rd_kafka_topic_partition_list_find(committed, partition->topic().c_str(), partition->number());
        if (answer == nullptr) continue;
        if (answer->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            failed = answer->err;
            if (is_too_long_for_a_commit(failed)) partition->shorten_metadata(metadata_size);
            will_be_shorter |= is_too_long_for_a_commit(failed) && metadata_size > 0;
        } else if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
            partition->was_committed(offset, closed_count);
        }
    }
    has_failed_ = failed != RD_KAFKA_RESP_ERR_NO_ERROR;
    is_refused_ = is_stale_member(failed);
    if (!has_failed_) {
        last_taken_ = last_sent_;
        trouble_.passed({});
    } else if (is_too_long_for_a_commit(failed)) {
        trouble_.arose(
            failed, {},
            "the brokers take less than kafka.commit_metadata (see their offset.metadata.max.bytes); "
            "trying with half of it");
        if (will_be_shorter) hurry();  // the offsets themselves are still to be committed
    } else if (!is_refused_) {
        trouble_.arose(failed, {}, "committing offsets");
    }
}

}  // namespace worker
