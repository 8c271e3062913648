#include "pipeline/outcome_codec.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "pipeline/batch_line_value.hpp"
#include "pipeline/header_lookup.hpp"
#include "pipeline/merged_value.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/outcome_id.hpp"
#include "pipeline/raw_value.hpp"
#include "pipeline/result_value.hpp"
#include "pipeline/rfc3339.hpp"
#include "pipeline/truncation_text.hpp"
#include "pipeline/vector_fit.hpp"

namespace pipeline {
namespace {

constexpr std::string_view format_version = "1";

message message_to(const std::string& topic, const record& source)
{
    message made;
    made.topic = topic;
    made.key = source.key;
    return made;
}

}  // namespace

result<message> write_result(const config::route_settings& route, const record& source, const job& done,
                             answer_list answers, const provenance& by, const job_times& times)
{
    auto made = message_to(route.to, source);
    for (auto& each : answers) {
        auto* vector = std::get_if<embedding>(&each);
        if (vector == nullptr) continue;
        if (auto unfit = fit_vector(*vector, route)) return *std::move(unfit);
        if (&each == &answers.front())  // all are of one length
            made.headers.add(outcome_header::dimensions, std::to_string(vector->dimensions()));
    }
    const answered_job all{route, source, done, answers, by, times};
    switch (route.output) {
        case config::output_form::result: made.value = write_result_value(all); break;
        case config::output_form::batch_line: made.value = write_batch_line(all); break;
        case config::output_form::merge: {
            auto merged = write_merged_value(all);
            if (!merged) return merged.error();
            made.value = *std::move(merged);
            break;
        }
        case config::output_form::raw: write_raw_value(made, all); break;
    }
    return made;
}

std::optional<failure> refuse_result(const config::route_settings& route, const record& source)
{
    if (route.output != config::output_form::merge) return std::nullopt;
    return refuse_merge(route, *source.value);
}

std::optional<message> write_inline_error(const config::route_settings& route, const record& source,
                                          const std::string& id, const failure& why, const provenance& by)
{
    if (route.errors != config::error_rule::inline_line) return std::nullopt;
    auto made = message_to(route.to, source);
    made.value = write_error_line(route, source, id, why, by);
    return made;
}

message write_dead_letter(const config::route_settings& route, const record& source, ending how,
                          const failure& why, const provenance& by, std::int64_t now_ms)
{
    auto made = message_to(route.dead_letters, source);
    made.value = source.value;
    for (const auto& each : source.headers)
        if (!outcome_header::is_ours(each.name)) made.headers.add(each);

    auto& headers = made.headers;
    const auto& request_id = why.request_id().empty() ? by.request_id : why.request_id();
    headers.add(outcome_header::ending_class, name_of(how));
    headers.add_if_known(outcome_header::reason, why.detail());
    headers.add_if_known(outcome_header::code, why.code());
    if (why.status() != 0) headers.add(outcome_header::status, std::to_string(why.status()));
    headers.add(outcome_header::attempts, std::to_string(by.attempts));
    headers.add_if_known(outcome_header::request_id, request_id);
    headers.add(outcome_header::time, rfc3339_text{now_ms}.view());
    return made;
}

message write_tombstone(const config::route_settings& route, const record& source)
{
    return message_to(route.to, source);
}

void stamp(std::vector<message>& messages, const config::route_settings& route, const record& source,
           const provenance& by)
{
    const auto& from = source.from;
    const auto id = outcome_id(route, from);  // the route and the source
    const auto* trace = last_header(source, outcome_header::traceparent);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        auto& headers = messages[i].headers;
        headers.add(outcome_header::format, format_version);
        headers.add(outcome_header::route, route.name);
        headers.add_if_known(outcome_header::model, by.model);
        headers.add_if_known(outcome_header::deployment, by.deployment);
        if (!by.truncated.empty()) headers.add(outcome_header::truncated, truncation_words(by.truncated));
        headers.add(outcome_header::source, std::string_view{id}.substr(route.name.size() + 1));
        if (from.timestamp_ms >= 0)
            headers.add(outcome_header::source_timestamp, std::to_string(from.timestamp_ms));
        headers.add(outcome_header::outcome_id, messages.size() == 1 ? id : id + '/' + std::to_string(i));
        if (trace && !headers.contains(outcome_header::traceparent)) headers.add(*trace);
    }
}

}  // namespace pipeline
