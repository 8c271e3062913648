#include "worker/kafka_start.hpp"

namespace worker {
namespace {

std::string sentence_on(committed_state why, const std::string& group)
{
    switch (why) {
        case committed_state::usable: break;
        case committed_state::missing: return "has no committed offset for group \"" + group + "\"";
        case committed_state::below_low: return "has lost records that group \"" + group + "\" had not read";
        case committed_state::above_high:
            return "ends before the committed offset of group \"" + group + "\"";
    }
    return "can be read from where group \"" + group + "\" left it";
}

}  // namespace

committed_state examine(const partition_offsets& offsets) noexcept
{
    if (!offsets.committed) return committed_state::missing;
    if (*offsets.committed < offsets.low) return committed_state::below_low;
    if (*offsets.committed > offsets.high) return committed_state::above_high;
    return committed_state::usable;
}

std::variant<std::int64_t, committed_state> decide_start(const partition_offsets& offsets,
                                                         const std::optional<start_point>& from,
                                                         earlier_outcomes found) noexcept
{
    const auto state = examine(offsets);
    if (state == committed_state::usable) return *offsets.committed;
    if (from) {
        switch (from->where) {
            case start_point::kind::earliest: return offsets.low;
            case start_point::kind::latest: return offsets.high;
            case start_point::kind::timestamp: return offsets.at_timestamp.value_or(offsets.high);
        }
    }
    if (found == earlier_outcomes::present) return state;
    return offsets.low;
}

start_refused::start_refused(const std::string& group, const std::string& topic, std::int32_t partition,
                             committed_state why)
    : std::runtime_error{"topic \"" + topic + "\", partition " + std::to_string(partition) + " " +
                         sentence_on(why, group) +
                         ", yet outcomes of its route are already published. Say where to start with --from "
                         "earliest, --from latest or --from TIMESTAMP"}
{}

}  // namespace worker
