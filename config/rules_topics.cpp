#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "config/rules.hpp"

namespace config {
namespace {

bool reads(const route_settings& route, const std::string& topic)
{
    return std::find(route.from.begin(), route.from.end(), topic) != route.from.end();
}

void check_readers(const inspection& rules)
{
    std::map<std::pair<std::string, std::string>, std::string> reader_of;  // by group and topic
    for (const auto& route : rules.what().routes) {
        for (std::size_t i = 0; i < route.from.size(); ++i) {
            const auto [first, is_new] = reader_of.try_emplace({route.group, route.from[i]}, route.name);
            if (is_new || first->second == route.name) continue;
            rules.report({"routes", route.name, "from", std::to_string(i)},
                         "route " + in_quotes(first->second) + " of the same group reads " +
                             in_quotes(route.from[i]) +
                             " too, and a group has one offset for a partition; "
                             "give one of the two a \"group\" of its own");
        }
    }
}

/// The route of the same group that would read back what is written to `topic`; null where none would.
const route_settings* reader_in_group(const settings& all, const std::string& group, const std::string& topic)
{
    for (const auto& each : all.routes)
        if (each.group == group && reads(each, topic)) return &each;
    return nullptr;
}

/// Everything that records written to `topic` turn into, through whatever routes, `topic` included.
std::set<std::string> downstream_of(const settings& all, const std::string& topic)
{
    std::set<std::string> found{topic};
    for (bool grew = true; grew;) {
        const auto before = found.size();
        for (const auto& each : all.routes) {
            const bool reached = std::any_of(each.from.begin(), each.from.end(),
                                             [&](const std::string& from) { return found.contains(from); });
            if (!reached) continue;
            found.insert(each.to);
            found.insert(each.dead_letters);
        }
        grew = found.size() > before;
    }
    return found;
}

void check_loop(const inspection& rules, const route_settings& route, std::string_view member,
                const std::string& topic)
{
    if (topic.empty()) return;
    if (reads(route, topic))
        return rules.report({"routes", route.name, member},
                            "is a topic that this route reads: it would buy its own outcomes for ever; name "
                            "another topic");
    if (const auto* reader = reader_in_group(rules.what(), route.group, topic))
        return rules.report({"routes", route.name, member},
                            "is read by route " + in_quotes(reader->name) +
                                " of the same group, which would read "
                                "back what it writes; give that route a \"group\" of its own");
    const auto downstream = downstream_of(rules.what(), topic);
    for (const auto& from : route.from)
        if (downstream.contains(from))
            return rules.report({"routes", route.name, member},
                                "leads back to " + in_quotes(from) +
                                    ", which this route reads: other routes carry "
                                    "it round in a circle, bought again each time; name another topic");
}

void check_outputs_differ(const inspection& rules, const route_settings& route)
{
    if (route.to.empty() || route.to != route.dead_letters) return;
    rules.report(
        {"routes", route.name, "dead_letters"},
        "is the topic of the results; name another one, so that readers of results never meet a dead "
        "letter");
}

/// What decides whether two vectors may be compared.
struct vector_space {
    std::string route;
    std::string model;
    std::string dimensions;  ///< in words; empty for the model's own

    bool operator==(const vector_space& other) const
    {
        return model == other.model && dimensions == other.dimensions;
    }
    [[nodiscard]] std::string description() const
    {
        return in_quotes(route) + " writes " + model + (dimensions.empty() ? "" : " with " + dimensions);
    }
};

std::string dimensions_of(const inspection& rules, const route_settings& route)
{
    if (route.leaves_to_records("dimensions")) return "the dimensions that each record asks for";
    const auto* asked = rules.find({"routes", route.name, "parameters", "dimensions"});
    return asked == nullptr ? "" : asked->text + " dimensions";
}

void check_vector_spaces(const inspection& rules)
{
    std::map<std::string, vector_space> first_into;  // by topic
    for (const auto& route : rules.what().routes) {
        if (route.asks != operation::embeddings || !rules.sound({"routes", route.name, "operation"}))
            continue;
        const auto* deployment =
            route.deployments.empty() ? nullptr : rules.find_deployment(route.deployments.front());
        if (deployment == nullptr || deployment->model.empty() || route.to.empty()) continue;
        const vector_space space{route.name, deployment->model, dimensions_of(rules, route)};
        const auto [first, is_new] = first_into.try_emplace(route.to, space);
        if (is_new || first->second == space) continue;
        rules.report({"routes", route.name, "to"},
                     "would mix vectors that cannot be compared: " + first->second.description() + ", " +
                         space.description() + "; give each its own topic");
    }
}

}  // namespace

void check_topics(const inspection& rules)
{
    check_readers(rules);
    for (const auto& route : rules.what().routes) {
        check_loop(rules, route, "to", route.to);
        check_loop(rules, route, "dead_letters", route.dead_letters);
        check_outputs_differ(rules, route);
    }
    check_vector_spaces(rules);
}

}  // namespace config
