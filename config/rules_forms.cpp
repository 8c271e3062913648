#include <algorithm>
#include <optional>

#include "config/names.hpp"
#include "config/rules.hpp"
#include "config/text_template.hpp"

namespace config {
namespace {

/// What is said about the places in the records of one form.
struct places {
    template_segment::kind foreign;  ///< what a template of this form cannot have
    std::string_view foreign_reason;
    std::string_view text;    ///< what a route's text may be
    std::string_view prompt;  ///< an example for the content of a message
    std::string_view further_prompt;
};

constexpr places in_documents{
    template_segment::kind::whole,
    R"(means all of a record with {{}}, which only "jobs": "text" has; write {{/name}} for a member)",
    R"(a pointer such as "/body", or a template such as "{{/title}}: {{/body}}")", R"("/body")",
    R"("Summarise: {{/body}}")"};

constexpr places in_plain_text{
    template_segment::kind::pointer,
    R"(points into a JSON document, but with "jobs": "text" a record is plain text; write {{}} for all of it)",
    R"("{{}}", or a template such as "Title: {{}}")", R"("{{}}")", R"("Summarise: {{}}")"};

const places& places_of(job_form form) { return form == job_form::text ? in_plain_text : in_documents; }

std::optional<text_template> parsed(const std::string& text)
{
    auto made = text_template::parse(text);
    if (auto* good = std::get_if<text_template>(&made)) return std::move(*good);
    return std::nullopt;
}

bool depends_on_record(const std::string& text)
{
    const auto made = parsed(text);
    return !made || made->depends_on_record();
}

/// The template is of the form of the route's records; says so where it is not.
bool check_places(const inspection& rules, inspection::path at, const std::string& text, const places& known)
{
    const auto made = parsed(text);
    if (!made || !made->has(known.foreign)) return true;
    rules.report(at, std::string{known.foreign_reason});
    return false;
}

/// A batch line says itself what to ask, so nothing of the route may.
void check_batch_line(const inspection& rules, const route_settings& route)
{
    for (const std::string_view name : {"text", "messages", "id", "metadata"})
        if (rules.find({"routes", route.name, name}) != nullptr)
            rules.report({"routes", route.name, name},
                         "batch lines carry this themselves; remove it, or set \"jobs\": \"record\"");
}

void check_members(const inspection& rules, const route_settings& route)
{
    if (route.jobs != job_form::text) return;
    for (const std::string_view name : {"id", "metadata"})
        if (rules.find({"routes", route.name, name}) != nullptr)
            rules.report({"routes", route.name, name},
                         "plain text has no members to point at; remove it, or set \"jobs\": \"record\"");
}

void check_text(const inspection& rules, const route_settings& route)
{
    const auto& known = places_of(route.jobs);
    const auto operation_name = std::string{name_of(route.asks)};
    if (rules.find({"routes", route.name, "messages"}) != nullptr)
        rules.report({"routes", route.name, "messages"},
                     "only chat and responses have messages; give " + operation_name + " a \"text\"");
    if (rules.find({"routes", route.name, "text"}) == nullptr) {
        if (route.jobs == job_form::text) return;
        return rules.report({"routes", route.name},
                            "needs \"text\": where the text for " + operation_name +
                                " is in a record, such as \"/body\" or \"{{/title}}: {{/body}}\"");
    }
    if (!rules.sound({"routes", route.name, "text"})) return;
    if (!check_places(rules, {"routes", route.name, "text"}, route.text, known)) return;
    if (!depends_on_record(route.text))
        rules.report({"routes", route.name, "text"},
                     "reads nothing of the record, so that every job would ask the same; write " +
                         std::string{known.text});
}

/// The messages read the record, and in the way of its form.
void check_contents(const inspection& rules, const route_settings& route)
{
    const auto& known = places_of(route.jobs);
    bool in_place = true;
    for (std::size_t i = 0; i < route.messages.size(); ++i)
        in_place &= check_places(rules, {"routes", route.name, "messages", std::to_string(i), "content"},
                                 route.messages[i].content, known);
    const bool one_depends =
        std::any_of(route.messages.begin(), route.messages.end(),
                    [](const message_template& each) { return depends_on_record(each.content); });
    if (one_depends || !in_place || !rules.sound({"routes", route.name, "messages"})) return;
    rules.report({"routes", route.name, "messages"},
                 "none of them reads the record, so that every job would ask the same; give one of them "
                 "content such as " +
                     std::string{known.prompt} + " or " + std::string{known.further_prompt});
}

void check_messages(const inspection& rules, const route_settings& route)
{
    const auto& known = places_of(route.jobs);
    const auto example = R"("messages": [{"role": "user", "content": )" + std::string{known.prompt} + "}]";
    if (rules.find({"routes", route.name, "text"}) != nullptr)
        rules.report({"routes", route.name, "text"}, "chat has no text but " + example);
    if (rules.find({"routes", route.name, "messages"}) == nullptr)
        return rules.report({"routes", route.name},
                            "needs \"messages\", such as " + example.substr(example.find('[')));
    check_contents(rules, route);
}

/// Of the two ways to make the input of a response a route has one.
void check_input(const inspection& rules, const route_settings& route)
{
    if (rules.find({"routes", route.name, "messages"}) == nullptr) return check_text(rules, route);
    if (rules.find({"routes", route.name, "text"}) != nullptr)
        rules.report({"routes", route.name, "text"},
                     "the input of a response is made from this or from the messages; remove one of them");
    check_contents(rules, route);
}

}  // namespace

void check_form(const inspection& rules, const route_settings& route)
{
    if (!rules.sound_or_absent({"routes", route.name, "jobs"})) return;
    if (route.jobs == job_form::batch_line) return check_batch_line(rules, route);
    check_members(rules, route);
    if (!rules.sound({"routes", route.name, "operation"})) return;
    switch (route.asks) {
        case operation::embeddings:
        case operation::completions: return check_text(rules, route);
        case operation::chat: return check_messages(rules, route);
        case operation::responses: return check_input(rules, route);
    }
}

}  // namespace config
