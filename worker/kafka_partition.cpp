#include "worker/kafka_partition.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace worker {
namespace {

constexpr auto nothing_known = std::numeric_limits<std::uint64_t>::max();

std::optional<std::string> text_of(const void* data, std::size_t size)
{
    if (data == nullptr) return std::nullopt;
    return std::string{static_cast<const char*>(data), size};
}

std::vector<pipeline::header> headers_of(const rd_kafka_message_t& message)
{
    std::vector<pipeline::header> copied;
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return copied;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    copied.reserve(rd_kafka_header_cnt(headers));
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
        copied.push_back({name, text_of(value, size)});
    return copied;
}

std::int64_t timestamp_of(const rd_kafka_message_t& message)
{
    auto kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const auto timestamp = rd_kafka_message_timestamp(&message, &kind);
    return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp;
}

}  // namespace

kafka_partition::kafka_partition(rd_kafka_t* client, kafka_wakeup& bell, partition_start start,
                                 std::size_t metadata_limit)
    : start_{std::move(start)},
      ledger_{start_.offset},
      metadata_limit_{std::max(metadata_limit, start_.metadata_size)}
{
    queue_.emplace(client, start_.topic, start_.number, bell);
    if (start_.is_committed) committed_ = start_.offset;
}

void kafka_partition::let_go_of_queue() noexcept
{
    queue_.reset();
    set_aside_.reset();
}

bool kafka_partition::can_resume(const partition_start& start) const noexcept
{
    const bool is_same = start.topic == start_.topic && start.number == start_.number && !is_lost_;
    const bool was_moved_back = committed_ && (!start.is_committed || start.offset < *committed_);
    return is_same && !was_moved_back && !start.problem && ledger_.position() <= start.high;
}

void kafka_partition::resume(rd_kafka_t* client, kafka_wakeup& bell, partition_start start)
{
    queue_.emplace(client, start.topic, start.number, bell);
    if (start.is_committed) {
        committed_ = start.offset;
        ledger_.close_run({0, start.offset});
        ledger_.advance_to(start.offset);
    }
    for (const auto& each : start.done) ledger_.close_run(each);
    const auto first = start_.offset;  // progress counts from there
    start_ = std::move(start);
    start_.offset = first;
    metadata_limit_ = std::max(metadata_limit_, start_.metadata_size);
    next_done_ = 0;
    pass_over_done(ledger_.position());
    // The group may not know of all that was closed meanwhile.
    committed_count_ = nothing_known;
}

std::optional<pipeline::record> kafka_partition::take(kafka_trouble& trouble)
{
    if (set_aside_) {
        if (!fits(set_aside_->from.offset)) return std::nullopt;
        return open(*std::exchange(set_aside_, std::nullopt));
    }
    while (!is_over()) {
        const auto event = queue_->take();
        if (!event) return std::nullopt;
        const auto* message = rd_kafka_event_message_next(event.get());
        if (message == nullptr) {
            take_error(event.get(), trouble);
            continue;
        }
        if (start_.until && message->offset >= *start_.until) {
            ledger_.advance_to(*start_.until);
            pass_over_done(*start_.until);
            return std::nullopt;
        }
        pass_over_done(message->offset);
        if (message->offset < ledger_.position()) continue;
        trouble.passed(start_.topic);
        pipeline::record taken;
        taken.from = {start_.topic, start_.number, message->offset, timestamp_of(*message)};
        taken.key = text_of(message->key, message->key_len);
        taken.value = text_of(message->payload, message->len);
        taken.headers = headers_of(*message);
        if (fits(message->offset)) return open(std::move(taken));
        set_aside_ = std::move(taken);
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<pipeline::record> kafka_partition::open(pipeline::record next)
{
    ledger_.open(next.from.offset);
    pass_over_done(ledger_.position());
    return next;
}

void kafka_partition::pass_over_done(std::int64_t reached) noexcept
{
    // Also past the end of a bounded run: those behind it are as done as the others.
    for (; next_done_ < start_.done.size() && start_.done[next_done_].begin <= reached; ++next_done_)
        ledger_.advance_to(start_.done[next_done_].end);
}

commit_point kafka_partition::to_commit(std::span<const std::int64_t> also_done) const
{
    auto ledger = ledger_;
    for (const auto each : also_done) ledger.close(each);
    commit_point point{ledger.committable(), {}, ledger.closed_count()};
    if (metadata_limit_ == 0) return point;
    auto done = ledger.done_above();
    // What was done before and has not been come to yet is still done. Something stands before each of it.
    const auto further = start_.done.begin() + static_cast<std::ptrdiff_t>(next_done_);
    std::copy_if(further, start_.done.end(), std::back_inserter(done),
                 [&](const pipeline::offset_run& each) { return each.begin > ledger_.position(); });
    point.metadata = pipeline::write_commit_metadata(start_.fingerprint, point.offset, done, metadata_limit_);
    return point;
}

void kafka_partition::shorten_metadata(std::size_t refused) noexcept
{
    constexpr std::size_t least = 64;
    metadata_limit_ = std::min(metadata_limit_, refused) / 2;
    if (metadata_limit_ < least) metadata_limit_ = 0;  // says nothing any more
}

bool kafka_partition::has_room() const noexcept
{
    return fits(set_aside_ ? set_aside_->from.offset : ledger_.position());
}

bool kafka_partition::fits(std::int64_t next) const noexcept
{
    // Where nothing is open, nothing has to be said.
    return metadata_limit_ == 0 || ledger_.open_count() == 0 ||
           pipeline::fits_commit_metadata(next + 1 - ledger_.committable(), ledger_.open_count() + 1,
                                          metadata_limit_);
}

void kafka_partition::take_error(rd_kafka_event_t* event, kafka_trouble& trouble)
{
    if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_ERROR) return;
    const auto error = rd_kafka_event_error(event);
    if (error == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (auto* end = rd_kafka_event_topic_partition(event)) {
            // Past the snapshot there may be more by now, which is not ours to commit.
            ledger_.advance_to(start_.until ? std::min(end->offset, *start_.until) : end->offset);
            pass_over_done(ledger_.position());
            rd_kafka_topic_partition_destroy(end);
        }
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) is_lost_ = true;
    trouble.arose(error, start_.topic, rd_kafka_event_error_string(event));
}

bool kafka_partition::is_read() const noexcept
{
    return is_stopped_ || (start_.until && ledger_.position() >= *start_.until);
}

std::int64_t kafka_partition::done_before() const noexcept
{
    std::int64_t sum = 0;
    for (const auto& each : start_.done) sum += each.end - each.begin;
    return sum;
}

std::int64_t kafka_partition::read_count() const noexcept
{
    const auto count = ledger_.position() - start_.offset;
    return start_.until ? std::min(count, size()) : count;
}

std::int64_t kafka_partition::size() const noexcept
{
    return start_.until ? std::max<std::int64_t>(*start_.until - start_.offset, 0) : 0;
}

}  // namespace worker
