#include <algorithm>
#include <vector>

#include "config/names.hpp"
#include "config/nearest.hpp"
#include "config/rules.hpp"
#include "config/text_template.hpp"

namespace config {
namespace {

bool depends_on_record(const std::string& text)
{
    const auto parsed = text_template::parse(text);
    const auto* made = std::get_if<text_template>(&parsed);
    return made == nullptr || made->depends_on_record();
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
        } else if (route.asks == operation::completions && found->api == api_form::azure_v1 &&
                   rules.sound({"deployments", name, "api"})) {
            rules.report({"routes", route.name, "deployments", at},
                         in_quotes(name) +
                             " is \"api\": \"azure_v1\", which has no completions path; use \"api\": "
                             "\"azure\" with a dated api_version for it");
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
                     "would mix vectors of different models in one output: " + in_quotes(first->name) + " is " +
                         in_quotes(first->model) + ", " + in_quotes(each->name) + " is " + in_quotes(each->model) +
                         "; make a route for each");
        return;
    }
}

/// A batch line says itself what to ask, so nothing of the route may.
void check_batch_line(const inspection& rules, const route_settings& route)
{
    for (const std::string_view name : {"text", "messages", "id", "metadata"})
        if (rules.find({"routes", route.name, name}) != nullptr)
            rules.report({"routes", route.name, name},
                         "batch lines carry this themselves; remove it, or set \"jobs\": \"record\"");
}

void check_text(const inspection& rules, const route_settings& route)
{
    const auto operation_name = std::string{name_of(route.asks)};
    if (rules.find({"routes", route.name, "messages"}) != nullptr)
        rules.report({"routes", route.name, "messages"},
                     "only chat has messages; give " + operation_name + " a \"text\"");
    if (rules.find({"routes", route.name, "text"}) == nullptr)
        return rules.report({"routes", route.name},
                            "needs \"text\": where the text for " + operation_name +
                                " is in a record, such as \"/body\" or \"{{/title}}: {{/body}}\"");
    if (!rules.sound({"routes", route.name, "text"}) || depends_on_record(route.text)) return;
    rules.report({"routes", route.name, "text"},
                 "reads nothing of the record, so that every job would ask the same; write a pointer such as "
                 "\"/body\", or a template such as \"{{/title}}: {{/body}}\"");
}

void check_messages(const inspection& rules, const route_settings& route)
{
    if (rules.find({"routes", route.name, "text"}) != nullptr)
        rules.report({"routes", route.name, "text"},
                     "chat has no text but \"messages\": [{\"role\": \"user\", \"content\": \"/body\"}]");
    if (rules.find({"routes", route.name, "messages"}) == nullptr)
        return rules.report({"routes", route.name},
                            "needs \"messages\", such as [{\"role\": \"user\", \"content\": \"/body\"}]");
    const bool one_depends =
        std::any_of(route.messages.begin(), route.messages.end(),
                    [](const message_template& each) { return depends_on_record(each.content); });
    if (one_depends || !rules.sound({"routes", route.name, "messages"})) return;
    rules.report({"routes", route.name, "messages"},
                 "none of them reads the record, so that every job would ask the same; give one of them "
                 "content such as \"/body\" or \"Summarise: {{/body}}\"");
}

void check_form(const inspection& rules, const route_settings& route)
{
    if (!rules.sound_or_absent({"routes", route.name, "jobs"})) return;
    if (route.jobs == job_form::batch_line) return check_batch_line(rules, route);
    if (!rules.sound({"routes", route.name, "operation"})) return;
    if (route.asks == operation::chat)
        check_messages(rules, route);
    else
        check_text(rules, route);
}

void check_idle_settings(const inspection& rules, const route_settings& route)
{
    if (route.asks != operation::embeddings && rules.sound({"routes", route.name, "operation"}) &&
        rules.find({"routes", route.name, "encoding"}) != nullptr)
        rules.report({"routes", route.name, "encoding"}, "only embeddings have vectors to encode; remove it");
    if (rules.find({"routes", route.name, "deadline_from"}) != nullptr &&
        rules.find({"routes", route.name, "deadline"}) == nullptr)
        rules.report({"routes", route.name, "deadline_from"},
                     "means nothing without a \"deadline\"; add one or remove this");
}

}  // namespace

void check_routes(const inspection& rules)
{
    for (const auto& each : rules.what().routes) {
        check_references(rules, each);
        check_models(rules, each);
        check_form(rules, each);
        check_idle_settings(rules, each);
    }
}

}  // namespace config
