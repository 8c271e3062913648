#include <algorithm>
#include <optional>
#include <vector>

#include "config/names.hpp"
#include "config/nearest.hpp"
#include "config/rules.hpp"

namespace config {
namespace {

/// Why a deployment has no URL for an operation; nothing where it has one.
std::optional<std::string> reason_against(operation asks, const deployment_settings& where)
{
    // The first version that has them; versions are dates, which compare as texts.
    constexpr std::string_view first_with_responses = "2025-03-01";
    if (asks == operation::completions && where.api == api_form::azure_v1)
        return "is \"api\": \"azure_v1\", which has no completions path; use \"api\": \"azure\" with a dated "
               "api_version for it";
    if (asks == operation::responses && where.api == api_form::azure && where.api_version.starts_with("20") &&
        where.api_version < first_with_responses)
        return "has no responses path with \"api_version\": " + in_quotes(where.api_version) +
               "; use \"2025-03-01-preview\" or a later one, or \"api\": \"azure_v1\"";
    return std::nullopt;
}

void check_references(const inspection& rules, const route_settings& route)
{
    if (rules.what().deployments.empty()) return;
    std::vector<std::string_view> known;
    for (const auto& each : rules.what().deployments) known.push_back(each.name);
    for (std::size_t i = 0; i < route.deployments.size(); ++i) {
        const auto& name = route.deployments[i];
        const auto* found = rules.find_deployment(name);
        const auto at = std::to_string(i);
        if (found == nullptr) {
            const auto near = suggestion(name, known);
            rules.report({"routes", route.name, "deployments", at},
                         "no deployment is named " + in_quotes(name) +
                             (near.empty() ? "; there are " + listed(known) : near));
        } else if (rules.sound_or_absent({"deployments", name, "api"})) {
            if (const auto reason = reason_against(route.asks, *found))
                rules.report({"routes", route.name, "deployments", at}, in_quotes(name) + ' ' + *reason);
        }
    }
}

void check_models(const inspection& rules, const route_settings& route)
{
    if (route.asks != operation::embeddings || !rules.sound({"routes", route.name, "operation"})) return;
    const deployment_settings* first = nullptr;
    for (const auto& name : route.deployments) {
        const auto* each = rules.find_deployment(name);
        if (each == nullptr || each->model.empty()) continue;
        if (first == nullptr) first = each;
        if (each->model == first->model) continue;
        rules.report({"routes", route.name, "deployments"},
                     "would mix vectors of different models in one output: " + in_quotes(first->name) +
                         " is " + in_quotes(first->model) + ", " + in_quotes(each->name) + " is " +
                         in_quotes(each->model) + "; make a route for each");
        return;
    }
}

/// Which text is cut, or refused, must not depend on the deployment whose turn it is.
void check_longest_inputs(const inspection& rules, const route_settings& route)
{
    const deployment_settings* first = nullptr;
    for (const auto& name : route.deployments) {
        const auto* each = rules.find_deployment(name);
        if (each == nullptr || !each->max_input_tokens) continue;
        if (first == nullptr) first = each;
        if (*each->max_input_tokens == *first->max_input_tokens) continue;
        rules.report({"routes", route.name, "deployments"},
                     "would cut or refuse texts by the deployment whose turn it is: max_input_tokens of " +
                         in_quotes(first->name) + " is " + std::to_string(first->max_input_tokens->count()) +
                         ", of " + in_quotes(each->name) + " " +
                         std::to_string(each->max_input_tokens->count()) + "; give both the smaller one");
        return;
    }
}

void check_output(const inspection& rules, const route_settings& route)
{
    const auto has = [&](std::string_view name) {
        return rules.find({"routes", route.name, name}) != nullptr;
    };
    const auto report = [&](std::string_view name, std::string what) {
        rules.report({"routes", route.name, name}, std::move(what));
    };
    if (!rules.sound_or_absent({"routes", route.name, "output"})) return;
    const bool merges = route.output == output_form::merge;
    if (merges && route.jobs != job_form::record && rules.sound_or_absent({"routes", route.name, "jobs"}))
        report("output",
               "merge puts the answer into JSON records; set \"jobs\": \"record\", or another output");
    if (merges && !has("merge_at"))
        report("output", "merge needs \"merge_at\": where the answer goes, such as \"/embedding\"");
    if (!merges && has("merge_at"))
        report("merge_at", "only \"output\": \"merge\" has a place for it; remove it");
    if (route.output != output_form::batch_line && route.errors == error_rule::inline_line)
        report("errors", "only \"output\": \"batch_line\" has a form for errors; remove it");

    if (!rules.sound({"routes", route.name, "operation"})) return;
    if (route.output == output_form::raw && route.asks != operation::embeddings)
        return report("output", "only embeddings have raw bytes; use result, batch_line or merge");
    if (route.asks != operation::embeddings || !rules.sound_or_absent({"routes", route.name, "encoding"}))
        return;
    const bool is_text = route.encoding == vector_encoding::json;
    if (route.output == output_form::raw && is_text)
        report(has("encoding") ? "encoding" : "output",
               "raw bytes need \"encoding\": \"float32\", \"float16\" or \"int8\"");
    if (route.output == output_form::batch_line && !is_text && route.encoding != vector_encoding::float32)
        report("encoding", "readers of batch lines know \"json\" and \"float32\" only");
}

void check_idle_settings(const inspection& rules, const route_settings& route)
{
    if (route.asks != operation::embeddings && rules.sound({"routes", route.name, "operation"})) {
        for (const std::string_view name : {"encoding", "keep_dimensions", "normalize"})
            if (rules.find({"routes", route.name, name}) != nullptr)
                rules.report({"routes", route.name, name}, "only embeddings have vectors; remove it");
    }
    if (route.long_inputs == long_input_rule::truncate && route.jobs == job_form::batch_line &&
        route.asks == operation::chat && rules.sound({"routes", route.name, "operation"}))
        rules.report({"routes", route.name, "long_inputs"},
                     "the messages of a batch line are passed on as they are and cannot be truncated; remove "
                     "it, or set \"jobs\": \"record\"");
    if (rules.find({"routes", route.name, "deadline_from"}) != nullptr &&
        rules.find({"routes", route.name, "deadline"}) == nullptr)
        rules.report({"routes", route.name, "deadline_from"},
                     "means nothing without a \"deadline\"; add one or remove this");
    if (rules.find({"routes", route.name, "order_ahead"}) != nullptr && route.order == order_rule::none &&
        rules.sound({"routes", route.name, "order"}))
        rules.report({"routes", route.name, "order_ahead"},
                     "means nothing with \"order\": \"none\"; remove one of the two");
}

}  // namespace

void check_routes(const inspection& rules)
{
    for (const auto& each : rules.what().routes) {
        check_references(rules, each);
        check_models(rules, each);
        check_longest_inputs(rules, each);
        check_form(rules, each);
        check_output(rules, each);
        check_idle_settings(rules, each);
    }
}

}  // namespace config
