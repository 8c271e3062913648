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

failure out_of_range(const request_parameter& wrong, std::int64_t least)
{
    const auto reason =
        " is not a whole number from " + std::to_string(least) + " to " + std::to_string(largest_count);
    switch (wrong.set_by) {
        case request_parameter::source::route: return malformed("out_of_range", wrong.name + reason);
        case request_parameter::source::body:
            return malformed("out_of_range", "/body/" + wrong.name + reason);
        case request_parameter::source::header: break;
    }
    return malformed("malformed_override",
                     "the header " + std::string{override_header} + wrong.name + reason);
}

/// Members of a chat or of a response that the model reads as text. A schema and the description of a tool
/// are read in another notation, of about the same length.
bool is_read_by_model(std::string_view name)
{
    return name == "instructions" || name == "tools" || name == "functions" || name == "response_format" ||
           name == "text";
}

/// Numbers that are published as they come need no reading; whatever has to be read comes as base64.
vector_text_form cheapest_form(const config::route_settings& route)
{
    const bool as_they_come =
        route.encoding == config::vector_encoding::json && !route.keep_dimensions && !route.normalize;
    return as_they_come ? vector_text_form::numbers : vector_text_form::base64;
}

}  // namespace

std::string_view pieces_member(config::operation asks) noexcept
{
    switch (asks) {
        case config::operation::embeddings: return "input";
        case config::operation::completions: return "prompt";
        case config::operation::chat: return "messages";
        case config::operation::responses: return "input";
    }
    return "";
}

bool has_one_piece(config::operation asks) noexcept
{
    switch (asks) {
        case config::operation::embeddings:
        case config::operation::completions: return false;
        case config::operation::chat:
        case config::operation::responses: return true;
    }
    return true;
}

request_parameters::request_parameters(const config::route_settings& route) : asks_{route.asks}
{
    const auto document = json_document::parse(route.parameters);
    if (!document || !document->root().is(json_kind::object))
        throw std::invalid_argument{"route " + route.name + ": parameters are no JSON object"};
    set_by_route_ = read(document->root(), asks_, request_parameter::source::route);
    auto shaped = shape_of(set_by_route_, asks_);
    if (!shaped)
        throw std::invalid_argument{"route " + route.name + ": parameters: " + shaped.error().detail()};
    of_route_ = *std::move(shaped);
    of_route_.vectors = cheapest_form(route);
}

result<shape> request_parameters::with(const json_value& body,
                                       std::vector<request_parameter> from_headers) const
{
    auto of_body = read(body, asks_, request_parameter::source::body);
    std::erase_if(of_body, [](const request_parameter& each) { return each.name == "encoding_format"; });
    add_missing(from_headers, of_body);
    return with(std::move(from_headers));
}

result<shape> request_parameters::with(std::vector<request_parameter> from_headers) const
{
    if (from_headers.empty()) return of_route_;
    add_missing(from_headers, set_by_route_);
    auto shaped = shape_of(std::move(from_headers), asks_);
    if (shaped) shaped->vectors = of_route_.vectors;
    return shaped;
}

void request_parameters::add_missing(parameters& to, const parameters& further)
{
    const auto before = static_cast<std::ptrdiff_t>(to.size());
    for (const auto& each : further) {
        const bool is_there = std::any_of(to.begin(), to.begin() + before,
                                          [&](const auto& other) { return other.name == each.name; });
        if (!is_there) to.push_back(each);
    }
}

request_parameters::parameters request_parameters::read(const json_value& body, config::operation asks,
                                                        request_parameter::source set_by)
{
    parameters found;
    for (const auto& member : body.members()) {
        if (written_by_worker(member.name.text(), asks)) continue;
        auto& added = found.emplace_back(request_parameter{std::string{member.name.text()}, {}, set_by});
        append_compact(added.json, member.value);
    }
    return found;
}

result<shape> request_parameters::shape_of(parameters all, config::operation asks)
{
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::optional<failure> problem;
    const auto count = [&](std::string_view name, std::int64_t least) -> std::optional<std::int64_t> {
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
        if (found == all.end() || found->json == "null") return std::nullopt;
        std::int64_t number = -1;
        const char* end = found->json.data() + found->json.size();
        const auto parsed = std::from_chars(found->json.data(), end, number);
        if (parsed.ec != std::errc{} || parsed.ptr != end || number < least || number > largest_count) {
            problem = out_of_range(*found, least);
            return std::nullopt;
        }
        return number;
    };

    shape shaped;
    shaped.asks = asks;
    if (asks == config::operation::embeddings) {
        if (const auto dimensions = count("dimensions", 1))
            shaped.dimensions = static_cast<std::size_t>(*dimensions);
    } else if (asks == config::operation::responses) {
        shaped.output_tokens = config::tokens{count("max_output_tokens", 0).value_or(0)};
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
    for (const auto& each : all) {
        members.any_name(each.name) += each.json;
        if (has_one_piece(asks) && is_read_by_model(each.name)) shaped.prompt_bytes += each.json.size();
    }
    members.close();
    return shaped;
}

}  // namespace pipeline
