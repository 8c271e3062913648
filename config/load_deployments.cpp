#include "config/endpoint.hpp"
#include "config/object_reader.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

using namespace std::chrono_literals;

constexpr range<std::int64_t> any_quota{1, 1'000'000'000'000};
// Less than a thousandth of a quota is a mistake for a per cent.
constexpr range<double> any_share{0.001, 1.0};
constexpr range<duration> any_timeout{1ms, 24h};

/// Kept in one spelling, so that what is shown and what is called are the same.
void read_endpoint(const node& from, const value_reader& values, std::string& into)
{
    std::string url;
    if (!values.read(from, url)) return;
    const auto parsed = parse_endpoint(url);
    if (const auto* wrong = std::get_if<text_error>(&parsed)) return values.report(from, wrong->message);
    const auto& server = std::get<endpoint>(parsed);
    into = std::string{server.scheme == url_scheme::https ? "https://" : "http://"} + server.authority() +
           server.path;
}

quota_settings read_quota(const node& section, const value_reader& values)
{
    quota_settings result;
    object_reader quota{section, values};
    quota.optional("tokens_per_minute", result.tokens_per_minute, any_quota);
    quota.optional("requests_per_minute", result.requests_per_minute, any_quota);
    quota.optional("share", result.share, any_share);
    quota.finish();
    return result;
}

call_timeouts read_timeouts(const node& section, const value_reader& values)
{
    call_timeouts result;
    object_reader timeouts{section, values};
    timeouts.optional("connect", result.connect, any_timeout);
    timeouts.optional("tls", result.tls, any_timeout);
    timeouts.optional("first_byte", result.first_byte, any_timeout);
    timeouts.optional("whole", result.whole, any_timeout);
    timeouts.finish();
    return result;
}

tls_identity_settings read_tls(const node& section, const value_reader& values)
{
    tls_identity_settings result;
    object_reader tls{section, values};
    tls.required("certificate", result.certificate);
    tls.optional("key", result.key);
    tls.optional("key_password", result.key_password);
    tls.finish();
    return result;
}

/// What lies between the worker and the service.
void read_way(object_reader& deployment, const value_reader& values, const proxy_choice& proxies,
              deployment_settings& into)
{
    deployment.optional("allow_plain_http", into.allow_plain_http);
    deployment.optional("ca_file", into.ca_file);
    if (const auto* tls = deployment.find("tls")) into.tls = read_tls(*tls, values);
    if (const auto* proxy = deployment.find("proxy"))
        into.proxy = read_own_proxy(*proxy, values);
    else if (const auto* url = deployment.find("endpoint"))
        into.proxy = proxy_to(into.endpoint, *url, proxies, values);
    if (const auto* headers = deployment.find("headers")) read_request_headers(*headers, values, into);
}

deployment_settings read_deployment(const node_member& named, const value_reader& values,
                                    const proxy_choice& proxies)
{
    check_name(named, values);
    deployment_settings result;
    result.name = named.name;
    object_reader deployment{named.value, values};
    const bool api_is_known = deployment.optional("api", result.api);
    if (const auto* endpoint = deployment.require("endpoint"))
        read_endpoint(*endpoint, values, result.endpoint);
    deployment.required("model", result.model);
    // An OpenAI account has no deployments of its own: the model is what requests name.
    if (result.api == api_form::openai || !api_is_known) {
        result.deployment = result.model;
        deployment.optional("deployment", result.deployment);
    } else {
        deployment.required("deployment", result.deployment);
    }
    deployment.optional("api_version", result.api_version);
    if (const auto* auth = deployment.find("auth")) result.auth = read_auth(*auth, values, proxies);
    if (const auto* quota = deployment.find("quota")) result.quota = read_quota(*quota, values);
    deployment.optional("pool", result.pool);
    deployment.optional("provisioned", result.provisioned);
    result.tier = default_tier(result.provisioned);
    deployment.optional("tier", result.tier, range<std::int64_t>{1, 9});
    if (const auto* timeouts = deployment.find("timeouts"))
        result.timeouts = read_timeouts(*timeouts, values);
    deployment.optional("max_concurrency", result.max_concurrency, range<std::int64_t>{1, 10'000});
    deployment.optional("min_concurrency", result.min_concurrency, range<std::int64_t>{1, 10'000});
    // 2,048 is the services' own limit on the inputs of one request.
    deployment.optional("max_inputs", result.max_inputs, range<std::int64_t>{1, 2048});
    deployment.optional("max_request_tokens", result.max_request_tokens,
                        range<std::int64_t>{1, 1'000'000'000});
    deployment.optional("max_input_tokens", result.max_input_tokens, range<std::int64_t>{1, 1'000'000'000});
    deployment.optional("max_request_bytes", result.max_request_bytes, range<bytes>{1_KiB, 1024_MiB});
    read_way(deployment, values, proxies, result);
    deployment.finish();
    return result;
}

}  // namespace

std::vector<deployment_settings> read_deployments(const node& section, const value_reader& values,
                                                  const proxy_choice& proxies)
{
    std::vector<deployment_settings> result;
    if (!values.expect(node::kind::object, section)) return result;
    if (section.members.empty()) values.report(section, "needs at least one deployment");
    for (const auto& each : section.members) result.push_back(read_deployment(each, values, proxies));
    return result;
}

}  // namespace config
