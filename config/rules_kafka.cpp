#include <algorithm>

#include "config/event_hubs.hpp"
#include "config/names.hpp"
#include "config/rules.hpp"

namespace config {
namespace {

void check_delivery(const inspection& rules)
{
    if (rules.what().kafka.delivery == delivery_rule::exactly_once) return;
    if (!rules.sound_or_absent({"kafka", "delivery"})) return;
    for (const std::string_view name : {"instance", "transaction_interval"})
        if (rules.find({"kafka", name}) != nullptr)
            rules.report({"kafka", name},
                         "means nothing without \"delivery\": \"exactly_once\"; add that or remove this");
}

void check_plaintext(const inspection& rules)
{
    const auto& kafka = rules.what().kafka;
    if (!kafka.allow_plaintext) return;
    if (rules.find({"kafka", "tls"}) != nullptr)
        rules.report({"kafka", "allow_plaintext"}, "contradicts \"tls\"; remove one of the two");
    else if (rules.find({"kafka", "auth"}) == nullptr)
        rules.report({"kafka", "allow_plaintext"},
                     "means nothing without \"auth\": nothing is encrypted without \"tls\" anyway");
}

/// Kerberos is what these properties are left for.
void check_sasl_properties(const inspection& rules)
{
    if (rules.find({"kafka", "auth"}) == nullptr) return;
    for (const auto& [name, value] : rules.what().kafka.properties)
        if (name.starts_with("sasl.") || name == "security.protocol")
            rules.report({"kafka", "properties", name}, "is another way to sign in than \"auth\"; remove it");
}

void check_client_of_event_hubs(const inspection& rules)
{
    const auto& kafka = rules.what().kafka;
    if (rules.find({"kafka", "auth"}) == nullptr)
        rules.report({"kafka"},
                     "needs \"auth\": Event Hubs lets in who signs in by \"entra_id\", or by \"sasl\" with "
                     "\"user\": \"$ConnectionString\" and the connection string as its password");
    const auto* const sasl = std::get_if<sasl_settings>(&kafka.auth);
    if (sasl != nullptr && sasl->mechanism != sasl_mechanism::plain)
        rules.report({"kafka", "auth", "sasl", "mechanism"},
                     "must be \"plain\": Event Hubs knows no other that takes a password");
    if (kafka.allow_plaintext && event_hubs::find_namespace(kafka.brokers))
        rules.report({"kafka", "allow_plaintext"}, "must be removed: Event Hubs speaks TLS only");
    if (const auto wrong = event_hubs::find_wrong_port(kafka.brokers))
        rules.report({"kafka", "brokers"}, "names " + in_quotes(*wrong) +
                                               ", and Event Hubs listens at port " +
                                               std::string{event_hubs::port});
}

void check_limits_of_event_hubs(const inspection& rules)
{
    const auto& kafka = rules.what().kafka;
    if (kafka.delivery == delivery_rule::exactly_once)
        rules.report(
            {"kafka", "delivery"},
            "must be \"at_least_once\": Event Hubs has no transactions that hold offsets and outcomes "
            "together");
    if (kafka.commit_metadata > event_hubs::most_commit_metadata)
        rules.report({"kafka", "commit_metadata"},
                     "must be at most 1KiB: Event Hubs refuses commits that say more");
    if (kafka.commit_interval < event_hubs::least_commit_interval)
        rules.report({"kafka", "commit_interval"},
                     "must be at least 300ms: Event Hubs takes four commits a second for a partition");
    for (const auto& [name, value] : kafka.properties)
        if ((name == "compression.type" || name == "compression.codec") && value != "none" && value != "gzip")
            rules.report({"kafka", "properties", name},
                         "must be \"gzip\" or \"none\": Event Hubs takes nothing else");
}

}  // namespace

void check_kafka(const inspection& rules)
{
    check_delivery(rules);
    check_plaintext(rules);
    check_sasl_properties(rules);
    if (rules.what().kafka.profile != kafka_profile::event_hubs) return;
    check_client_of_event_hubs(rules);
    check_limits_of_event_hubs(rules);
}

}  // namespace config
