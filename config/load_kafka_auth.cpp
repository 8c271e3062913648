#include <array>

#include "config/event_hubs.hpp"
#include "config/object_reader.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

constexpr std::array<std::string_view, 3> ways{"sasl", "entra_id", "oauth"};

sasl_settings read_sasl(const node& section, const value_reader& values)
{
    sasl_settings result;
    object_reader sasl{section, values};
    sasl.required("mechanism", result.mechanism);
    sasl.required("user", result.user);
    sasl.required("password", result.password);
    sasl.finish();
    return result;
}

oauth_settings read_oauth(const node& section, const value_reader& values, const proxy_choice& proxies)
{
    oauth_settings result;
    object_reader oauth{section, values};
    if (oauth.required("token_url", result.token_url))
        result.token_url = checked_issuer(result.token_url, *section.find("token_url"), values);
    oauth.required("client_id", result.client_id);
    oauth.required("client_secret", result.client_secret);
    oauth.optional("scope", result.scope);
    oauth.optional("ca_file", result.ca_file);
    oauth.finish();
    result.proxy = proxy_to(result.token_url, section, proxies, values);
    return result;
}

}  // namespace

kafka_auth read_kafka_auth(const node& section, const value_reader& values, const proxy_choice& proxies,
                           const std::string& brokers)
{
    kafka_auth result;
    object_reader auth{section, values};
    std::size_t said = 0;
    for (const auto way : ways) {
        const auto* const member = auth.find(way);
        if (member == nullptr) continue;
        ++said;
        if (way == "sasl") {
            result = read_sasl(*member, values);
        } else if (way == "oauth") {
            result = read_oauth(*member, values, proxies);
        } else {
            const auto host = event_hubs::find_namespace(brokers);
            result =
                read_entra_id(*member, values, proxies, host ? event_hubs::scope_of(*host) : std::string{});
        }
    }
    auth.finish();
    if (section.is == node::kind::object && said != 1 && !values.problems().concerns(section.path))
        values.report(section, "needs one of \"sasl\", \"entra_id\" and \"oauth\"");
    return result;
}

kafka_tls_settings read_kafka_tls(const node& section, const value_reader& values)
{
    kafka_tls_settings result;
    object_reader tls{section, values};
    tls.optional("ca_file", result.ca_file);
    tls.optional("certificate", result.certificate);
    tls.optional("key", result.key);
    tls.optional("key_password", result.key_password);
    tls.finish();
    for (const std::string_view name : {"key", "key_password"}) {
        const auto* const member = section.find(name);
        if (member != nullptr && section.find("certificate") == nullptr)
            values.report(*member, "is of no use without \"certificate\"");
    }
    return result;
}

}  // namespace config
