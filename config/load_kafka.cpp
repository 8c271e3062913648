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

/// The word is known, so that files written for later versions are understood, but only one is possible.
void read_delivery(const node& from, const value_reader& values)
{
    constexpr std::array<std::string_view, 2> words{"at_least_once", "exactly_once"};
    if (values.choose(from, words) == 1)
        values.report(from,
                      "this version does not write transactions, so that a crash can publish an outcome "
                      "twice; write \"at_least_once\" and let readers drop doubled outcome ids");
}

}  // namespace

kafka_settings read_kafka(const node& section, const value_reader& values)
{
    kafka_settings result;
    object_reader kafka{section, values};
    kafka.required("brokers", result.brokers);
    kafka.optional("group", result.group);
    if (const auto* delivery = kafka.find("delivery")) read_delivery(*delivery, values);
    kafka.optional("commit_interval", result.commit_interval, range<duration>{10ms, 10min});
    kafka.optional("commit_metadata", result.commit_metadata, range<bytes>{bytes{128}, 64_KiB});
    if (const auto* properties = kafka.find("properties");
        properties != nullptr && values.expect(node::kind::object, *properties))
        for (const auto& each : properties->members) read_property(each, values, result);
    kafka.finish();
    return result;
}

}  // namespace config
