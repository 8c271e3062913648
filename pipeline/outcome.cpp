#include "pipeline/outcome.hpp"

namespace pipeline {

std::string_view name_of(ending how) noexcept
{
    switch (how) {
        case ending::result: return "result";
        case ending::rejected: return "rejected";
        case ending::filtered: return "filtered";
        case ending::expired: return "expired";
        case ending::failed: return "failed";
        case ending::tombstone: return "tombstone";
        case ending::skipped: return "skipped";
    }
    return "";
}

config::bytes weight_of(const outcome& what)
{
    std::size_t sum = 0;
    for (const auto& each : what.messages) sum += each.value ? each.value->size() : 0;
    return config::bytes{static_cast<std::int64_t>(sum)};
}

}  // namespace pipeline
