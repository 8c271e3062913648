#include "pipeline/batch.hpp"

namespace pipeline {
namespace {

std::optional<trace_context> trace_of_all(const std::vector<part*>& parts)
{
    if (parts.empty()) return std::nullopt;
    auto common = parts.front()->asked_by->trace;
    const inquiry* last = parts.front()->asked_by;
    for (const auto* each : parts) {
        if (!common) return std::nullopt;
        if (each->asked_by == last) continue;
        last = each->asked_by;
        if (!last->trace || last->trace->trace_id != common->trace_id) return std::nullopt;
        common->flags |= last->trace->flags;
    }
    return common;
}

}  // namespace

request batch::asks() const
{
    request all{&from->key().form, {}, trace_of_all(parts)};
    all.pieces.reserve(parts.size());
    for (const auto* each : parts) all.pieces.push_back(each->text().json.view());
    return all;
}

}  // namespace pipeline
