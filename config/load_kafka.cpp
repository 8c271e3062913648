#include "config/event_hubs.hpp"
#include "config/kafka_properties.hpp"
#include "config/object_reader.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

using namespace std::chrono_literals;

/// librdkafka takes every value as text.
std::optional<std::string> property_text(const node& from, const value_reader& values)
{
    switch (from.is) {
        case node::kind::string: return values.expanded(from);
        case node::kind::number: return from.text;
        case node::kind::boolean: return from.truth ? "true" : "false";
        case node::kind::null:
        case node::kind::array:
        case node::kind::object: break;
    }
    values.report(from, "must be a string, a number or a boolean, not " + std::string{name_of(from.is)});
    return std::nullopt;
}

void read_property(const node_member& property, const value_reader& values, kafka_settings& into)
{
    const auto refuse = [&](std::string_view reason) {
        values.problems().report(property.offset, property.value.path,
                                 "may not be set: " + std::string{reason});
    };
    if (is_secret_property(property.name) || property.value.is == node::kind::object) {
        if (const auto objection = objection_to(property.name, {})) return refuse(*objection);
        secret_reference reference;
        if (values.read(property.value, reference))
            into.secret_properties.emplace_back(property.name, std::move(reference));
        return;
    }
    auto text = property_text(property.value, values);
    if (const auto objection = objection_to(property.name, text.value_or(""))) return refuse(*objection);
    if (text) into.properties.emplace_back(property.name, *std::move(text));
}

/// As group.id: https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas has the lowest bound, 256.
void read_instance(const node& from, const value_reader& values, std::optional<std::string>& into)
{
    constexpr std::size_t longest = 128;
    std::string name;
    if (!values.read(from, name)) return;
    if (name.size() > longest) return values.report(from, "must have at most 128 characters");
    into = std::move(name);
}

/// A credential is only sent without TLS where the file says so.
void read_security(object_reader& kafka, const proxy_choice& proxies, kafka_settings& into)
{
    const auto* const auth = kafka.find("auth");
    if (auth != nullptr) into.auth = read_kafka_auth(*auth, kafka.values(), proxies, into.brokers);
    kafka.optional("allow_plaintext", into.allow_plaintext);
    if (const auto* const tls = kafka.find("tls"))
        into.tls = read_kafka_tls(*tls, kafka.values());
    else if (auth != nullptr && !into.allow_plaintext)
        into.tls.emplace();
}

}  // namespace

kafka_settings read_kafka(const node& section, const value_reader& values, const proxy_choice& proxies)
{
    kafka_settings result;
    object_reader kafka{section, values};
    kafka.required("brokers", result.brokers);
    if (event_hubs::find_namespace(result.brokers)) result.profile = kafka_profile::event_hubs;
    kafka.optional("profile", result.profile);
    if (result.profile == kafka_profile::event_hubs)
        result.commit_metadata = event_hubs::most_commit_metadata;
    read_security(kafka, proxies, result);
    kafka.optional("group", result.group);
    kafka.optional("delivery", result.delivery);
    if (const auto* name = kafka.find("instance")) read_instance(*name, values, result.instance);
    kafka.optional("transaction_interval", result.transaction_interval, range<duration>{10ms, 1s});
    kafka.optional("commit_interval", result.commit_interval, range<duration>{10ms, 10min});
    kafka.optional("commit_metadata", result.commit_metadata, range<bytes>{bytes{128}, 64_KiB});
    if (const auto* properties = kafka.find("properties");
        properties != nullptr && values.expect(node::kind::object, *properties))
        for (const auto& each : properties->members) read_property(each, values, result);
    kafka.finish();
    return result;
}

}  // namespace config
