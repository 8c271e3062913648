#include <algorithm>
#include <string>

#include "config/endpoint.hpp"
#include "config/rules.hpp"

namespace config {
namespace {

/// Keys and texts would cross the network for everyone to read.
void check_plain_http(const inspection& rules, const deployment_settings& each)
{
    const auto parsed = parse_endpoint(each.endpoint);
    const auto* server = std::get_if<endpoint>(&parsed);
    if (server == nullptr || server->scheme == url_scheme::https) return;
    if (is_loopback(server->host) && (!each.proxy || is_loopback(each.proxy->host))) return;
    if (each.allow_plain_http || !rules.sound_or_absent({"deployments", each.name, "allow_plain_http"}))
        return;
    rules.report({"deployments", each.name, "endpoint"},
                 "would send the key and every text unencrypted to another machine; write https://, or set "
                 "\"allow_plain_http\": true where the network is trusted");
}

void check_api_version(const inspection& rules, const deployment_settings& each)
{
    if (each.api == api_form::azure || !rules.sound({"deployments", each.name, "api"})) return;
    if (rules.find({"deployments", each.name, "api_version"}) == nullptr) return;
    rules.report({"deployments", each.name, "api_version"},
                 "only \"api\": \"azure\" is called with a version; remove it");
}

/// A pool has one meter, which can keep to one quota only.
void check_pool(const inspection& rules, const deployment_settings& each)
{
    if (!each.pool) return;
    const auto& all = rules.what().deployments;
    const auto first = std::find_if(
        all.begin(), all.end(), [&](const deployment_settings& other) { return other.pool == each.pool; });
    const bool is_known = rules.sound_or_absent({"deployments", each.name, "quota"}) &&
                          rules.sound_or_absent({"deployments", first->name, "quota"});
    if (!is_known || first->quota == each.quota) return;
    rules.report({"deployments", each.name, "quota"},
                 "is not that of " + in_quotes(first->name) + ", with which it shares the pool " +
                     in_quotes(*each.pool) + "; give both the quota that they have together");
}

void check_concurrency(const inspection& rules, const deployment_settings& each)
{
    if (!each.min_concurrency || *each.min_concurrency <= each.max_concurrency) return;
    if (!rules.sound_or_absent({"deployments", each.name, "max_concurrency"})) return;
    rules.report({"deployments", each.name, "min_concurrency"}, "is more than max_concurrency (" +
                                                                    std::to_string(each.max_concurrency) +
                                                                    "); lower it, or raise that");
}

}  // namespace

void check_deployments(const inspection& rules)
{
    for (const auto& each : rules.what().deployments) {
        check_plain_http(rules, each);
        check_api_version(rules, each);
        check_pool(rules, each);
        check_concurrency(rules, each);
    }
}

}  // namespace config
