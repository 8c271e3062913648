#include "worker/kafka_assignment.hpp"

#include <algorithm>
#include <cassert>

namespace worker {

void kafka_assignment::adopt(std::vector<std::unique_ptr<kafka_partition>> partitions)
{
    assert(turns_.empty() && "the assignment before has been given up");
    for (auto& each : partitions) turns_.push_back({std::move(each), 0, false, false});
    next_ = 0;
    look_again();
}

void kafka_assignment::clear() noexcept
{
    first_section_ += turns_.size();
    turns_.clear();
}

void kafka_assignment::close(std::uint64_t section, std::int64_t number) noexcept
{
    auto* partition = find(section);
    if (partition == nullptr) return;
    partition->close(number);
    auto& is_full = turns_[section - first_section_].is_full;
    const bool has_room_again = is_full && partition->has_room();
    if (has_room_again) is_full = false;
    if (has_room_again || (partition->open_count() == 0 && partition->is_read())) bell_.ring();
}

std::optional<pipeline::record> kafka_assignment::take()
{
    for (std::size_t looked = 0; looked < turns_.size(); ++looked) {
        const auto index = next_;
        auto& [partition, empty_since, is_held, is_full] = turns_[index];
        next_ = (next_ + 1) % turns_.size();
        if (is_held || empty_since == ring_ || partition->is_over()) continue;
        is_full = !partition->has_room();
        if (is_full) continue;
        if (auto taken = partition->take(trouble_)) {
            taken->claim = pipeline::receipt{*this, first_section_ + index, taken->from.offset};
            return taken;
        }
        empty_since = ring_;
        // The coroutine that serves the consumer has to hear of it.
        if (partition->is_over()) bell_.ring();
    }
    return std::nullopt;
}

void kafka_assignment::stop(const std::vector<std::string>& topics) noexcept
{
    for (auto& each : turns_)
        if (is_of(each, topics)) each.partition->stop();
}

void kafka_assignment::hold(const std::vector<std::string>& topics) noexcept
{
    for (auto& each : turns_) each.is_held = is_of(each, topics);
}

bool kafka_assignment::is_of(const turn& which, const std::vector<std::string>& topics) noexcept
{
    return std::find(topics.begin(), topics.end(), which.partition->topic()) != topics.end();
}

kafka_partition* kafka_assignment::find(std::uint64_t section) noexcept
{
    if (section < first_section_ || section - first_section_ >= turns_.size()) return nullptr;
    return turns_[section - first_section_].partition.get();
}

bool kafka_assignment::is_read() const noexcept
{
    return std::all_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_read(); });
}

bool kafka_assignment::has_open() const noexcept
{
    return std::any_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->open_count() > 0; });
}

bool kafka_assignment::is_finished() const noexcept
{
    return std::all_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_finished(); });
}

bool kafka_assignment::is_lost() const noexcept
{
    return std::any_of(turns_.begin(), turns_.end(),
                       [](const turn& each) { return each.partition->is_lost(); });
}

reading_progress kafka_assignment::progress() const noexcept
{
    reading_progress sum;
    for (const auto& each : turns_) {
        sum.total += each.partition->size();
        sum.read += each.partition->read_count();
        sum.done += each.partition->read_count() - each.partition->open_count();
    }
    return sum;
}

}  // namespace worker
