#include "pipeline/request_parameters.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

#include "pipeline/json_text.hpp"
#include "pipeline/malformed.hpp"

namespace pipeline {
namespace {

/// What a service assumes where a completions request has no max_tokens (OpenAI API reference).
constexpr std::int64_t default_completion_tokens = 16;
/// Products of two counts stay within 64 bits, and no service takes more of anything.
constexpr std::int64_t largest_count = std::numeric_limits<std::int32_t>::max();

bool written_by_worker(std::string_view name, config::operation asks)
{
    return name == "model" || name == "stream" || name == pieces_member(asks);
}

}  // namespace

std::string_view pieces_member(config::operation asks) noexcept
{
    switch (asks) {
        case config::operation::embeddings: return "input";
        case config::operation::completions: return "prompt";
        case config::operation::chat: return "messages";
    }
    return "";
}

request_parameters::request_parameters(const config::route_settings& route) : asks_{route.asks}
{
    const auto document = json_document::parse(route.parameters);
    if (!document || !document->root().is(json_kind::object))
        throw std::invalid_argument{"route " + route.name + ": parameters are no JSON object"};
    set_by_route_ = read(document->root(), asks_);
    auto shaped = shape_of(set_by_route_, asks_);
    if (!shaped)
        throw std::invalid_argument{"route " + route.name + ": parameters: " + shaped.error().detail()};
    of_route_ = *std::move(shaped);
}

result<shape> request_parameters::with(const json_value& body) const
{
    auto merged = read(body, asks_);
    std::erase_if(merged, [](const parameter& each) { return each.name == "encoding_format"; });
    const auto from_body = static_cast<std::ptrdiff_t>(merged.size());
    for (const auto& each : set_by_route_) {
        const bool overridden = std::any_of(merged.begin(), merged.begin() + from_body,
                                            [&](const parameter& other) { return other.name == each.name; });
        if (!overridden) merged.push_back(each);
    }
    std::sort(merged.begin(), merged.end(),
              [](const parameter& a, const parameter& b) { return a.name < b.name; });
    return shape_of(merged, asks_);
}

request_parameters::parameters request_parameters::read(const json_value& body, config::operation asks)
{
    parameters found;
    for (const auto& member : body.members()) {
        if (written_by_worker(member.name.text(), asks)) continue;
        auto& added = found.emplace_back(parameter{std::string{member.name.text()}, {}});
        append_compact(added.json, member.value);
    }
    std::sort(found.begin(), found.end(),
              [](const parameter& a, const parameter& b) { return a.name < b.name; });
    return found;
}

result<shape> request_parameters::shape_of(const parameters& sorted, config::operation asks)
{
    std::optional<failure> problem;
    const auto count = [&](std::string_view name, std::int64_t least) -> std::optional<std::int64_t> {
        const auto found = std::find_if(sorted.begin(), sorted.end(),
                                        [&](const parameter& each) { return each.name == name; });
        if (found == sorted.end() || found->json == "null") return std::nullopt;
        std::int64_t number = -1;
        const char* end = found->json.data() + found->json.size();
        const auto parsed = std::from_chars(found->json.data(), end, number);
        if (parsed.ec != std::errc{} || parsed.ptr != end || number < least || number > largest_count) {
            problem =
                malformed("out_of_range", "/body/" + found->name + " is not a whole number from " +
                                              std::to_string(least) + " to " + std::to_string(largest_count));
            return std::nullopt;
        }
        return number;
    };

    shape shaped;
    shaped.asks = asks;
    if (asks == config::operation::embeddings) {
        if (const auto dimensions = count("dimensions", 1))
            shaped.dimensions = static_cast<std::size_t>(*dimensions);
    } else {
        const auto choices = count("n", 1).value_or(1);
        const auto candidates = std::max(choices, count("best_of", 0).value_or(1));
        const auto old_limit = count("max_tokens", 0);
        auto limit = count("max_completion_tokens", 0);
        if (!limit) limit = old_limit;
        if (!limit && asks == config::operation::completions) limit = default_completion_tokens;
        shaped.choices = static_cast<std::size_t>(choices);
        shaped.output_tokens = config::tokens{limit.value_or(0) * candidates};
    }
    if (problem) return *std::move(problem);

    shaped.parameters.clear();
    json_object_writer members{shaped.parameters};
    for (const auto& each : sorted) members.raw(each.name, each.json);
    members.close();
    return shaped;
}

}  // namespace pipeline
