#include <algorithm>
#include <array>
#include <utility>

#include "config/object_reader.hpp"
#include "config/sections.hpp"
#include "config/text_template.hpp"

namespace config {
namespace {

using namespace std::chrono_literals;

/// What the chat services call the authors of messages that a prompt can be made of.
constexpr std::array<std::string_view, 4> roles{"system", "developer", "user", "assistant"};

/// Kafka's rule for topic names (org.apache.kafka.common.internals.Topic). It also keeps out names that
/// begin with ^, which librdkafka would take for a regular expression.
bool is_topic_name(std::string_view name)
{
    constexpr std::size_t longest = 249;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= longest && name != "." && name != ".." &&
           name.find_first_not_of(allowed) == name.npos;
}

void read_topic(const node& from, const value_reader& values, std::string& into)
{
    std::string name;
    if (!values.read(from, name)) return;
    if (!is_topic_name(name))
        return values.report(from, "must be the name of a topic: letters, digits, . _ and -, at most 249");
    into = std::move(name);
}

void read_topics(const node& from, const value_reader& values, std::vector<std::string>& into)
{
    std::vector<std::string> names;
    if (!values.read(from, names)) return;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string name;
        read_topic(nth(from, i), values, name);
        if (!name.empty()) into.push_back(std::move(name));
    }
}

void read_template(const node& from, const value_reader& values, std::string& into)
{
    std::string text;
    if (!values.read(from, text)) return;
    auto parsed = text_template::parse(text);
    if (const auto* wrong = std::get_if<text_error>(&parsed)) return values.report(from, wrong->message);
    into = std::move(text);
}

void read_pointer(const node& from, const value_reader& values, std::optional<std::string>& into)
{
    std::string pointer;
    if (!values.read(from, pointer)) return;
    if (const auto wrong = check_pointer(pointer)) return values.report(from, wrong->message);
    into = std::move(pointer);
}

void read_metadata(const node& from, const value_reader& values, std::vector<std::string>& into)
{
    std::vector<std::string> pointers;
    if (!values.read(from, pointers)) return;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < pointers.size(); ++i) {
        const auto& at = nth(from, i);
        if (const auto wrong = check_pointer(pointers[i])) {
            values.report(at, wrong->message);
            continue;
        }
        auto key = pointer_tokens(pointers[i]).back();
        if (std::find(keys.begin(), keys.end(), key) != keys.end())
            values.report(at, "ends in " + in_quotes(key) +
                                  " as one before it does; the last part is the key "
                                  "under which the value is published");
        keys.push_back(std::move(key));
    }
    into = std::move(pointers);
}

message_template read_message(const node& from, const value_reader& values)
{
    message_template result;
    object_reader message{from, values};
    if (const auto* role = message.require("role"))
        if (const auto chosen = values.choose(*role, roles)) result.role = roles[*chosen];
    if (const auto* content = message.require("content")) read_template(*content, values, result.content);
    message.finish();
    return result;
}

void read_messages(const node& from, const value_reader& values, std::vector<message_template>& into)
{
    // The services' own limit on the messages of one request.
    constexpr std::size_t most = 2048;
    if (!values.expect(node::kind::array, from)) return;
    if (from.elements.empty() || from.elements.size() > most)
        values.report(from, "must have between 1 and " + std::to_string(most) + " messages");
    for (const auto& each : from.elements) into.push_back(read_message(each, values));
}

route_settings read_route(const node_member& named, const value_reader& values)
{
    check_name(named, values);
    route_settings result;
    result.name = named.name;
    object_reader route{named.value, values};
    if (const auto* from = route.require("from")) read_topics(*from, values, result.from);
    route.optional("jobs", result.jobs);
    route.required("operation", result.asks);
    if (const auto* text = route.find("text"))
        read_template(*text, values, result.text);
    else if (result.jobs == job_form::text && result.asks != operation::chat && !route.find("messages"))
        result.text = "{{}}";
    if (const auto* messages = route.find("messages")) read_messages(*messages, values, result.messages);
    if (const auto* id = route.find("id")) read_pointer(*id, values, result.id);
    if (const auto* metadata = route.find("metadata")) read_metadata(*metadata, values, result.metadata);
    if (const auto* members = route.find("parameters")) result.parameters = read_parameters(*members, values);
    if (const auto* names = route.find("overrides")) read_overrides(*names, values, result.overrides);
    route.required("deployments", result.deployments);
    route.optional("spill_after", result.spill_after, range<duration>{0s, 8760h});
    route.optional("weight", result.weight, range<std::int64_t>{1, 1000});
    route.optional("priority", result.priority);
    if (const auto* to = route.require("to")) read_topic(*to, values, result.to);
    if (const auto* dead = route.require("dead_letters")) read_topic(*dead, values, result.dead_letters);
    if (const auto* names = route.find("headers")) read_headers(*names, values, result.headers);
    route.optional("group", result.group);
    route.optional("output", result.output);
    if (const auto* place = route.find("merge_at")) read_pointer(*place, values, result.merge_at);
    route.optional("errors", result.errors);
    route.optional("encoding", result.encoding);
    route.optional("keep_dimensions", result.keep_dimensions, range<std::int64_t>{1, 65'536});
    route.optional("normalize", result.normalize);
    route.optional("long_inputs", result.long_inputs);
    route.optional("tombstones", result.tombstones);
    route.optional("order", result.order);
    result.order_ahead = default_order_ahead(result.order);
    route.optional("order_ahead", result.order_ahead, range<std::int64_t>{0, 1'000'000});
    route.optional("deadline", result.deadline, range<duration>{1s, 8760h});
    route.optional("deadline_from", result.deadline_from);
    route.optional("stop_after_refusals", result.stop_after_refusals, range<std::int64_t>{0, 1'000'000});
    route.optional("max_dead_letter_share", result.max_dead_letter_share, range<double>{0, 1});
    route.finish();
    return result;
}

}  // namespace

std::vector<route_settings> read_routes(const node& section, const value_reader& values)
{
    std::vector<route_settings> result;
    if (!values.expect(node::kind::object, section)) return result;
    if (section.members.empty()) values.report(section, "needs at least one route");
    for (const auto& each : section.members) result.push_back(read_route(each, values));
    return result;
}

}  // namespace config
