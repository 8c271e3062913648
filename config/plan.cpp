#include "config/plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include "config/document.hpp"
#include "config/names.hpp"
#include "config/service_url.hpp"
#include "config/units_text.hpp"

namespace config {
namespace {

/// Lines of a label and a value, in columns.
class sheet {
public:
    void heading(const std::string& text) { text_ += (text_.empty() ? "" : "\n") + text + '\n'; }
    void entry(const std::string& text) { text_ += "  " + text + '\n'; }
    void line(std::string_view label, const std::string& value)
    {
        constexpr std::size_t column = 16;
        text_ += "    " + std::string{label};
        text_.append(column > label.size() ? column - label.size() : 1, ' ');
        text_ += value + '\n';
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string with_thousands(std::int64_t number)
{
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string with_thousands(std::size_t number) { return with_thousands(static_cast<std::int64_t>(number)); }

std::string shortest(double number)
{
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string result;
    for (const auto& each : parts) result += (result.empty() ? "" : ", ") + each;
    return result;
}

std::string described(const secret_reference& secret)
{
    switch (secret.from) {
        case secret_reference::source::environment: return "from the variable " + secret.name;
        case secret_reference::source::file: return "from the file " + secret.name;
    }
    return {};
}

/// In which order identities are tried.
void show_sign_in(const entra_id_settings& how, sheet& out)
{
    for (std::size_t i = 0; i < how.identities.size(); ++i)
        out.line(i == 0 ? "signs in" : "or else", "by " + described(how.identities[i]));
    for (const auto& why : how.left_out) out.line("but not", "by " + why);
    out.line("at", how.authority + " for " + how.scope);
    if (how.proxy) out.line("", "through the proxy " + described(*how.proxy));
}

/// Which key or identity is shown.
void show_auth(const deployment_settings& each, sheet& out)
{
    const auto& auth = each.auth;
    if (auth.entra_id) return show_sign_in(*auth.entra_id, out);
    const auto shown = "header " + header_of(each).name + ", ";
    out.line("key", auth.api_key ? shown + described(*auth.api_key) : "none is sent");
    if (auth.second_api_key) out.line("or else", shown + described(*auth.second_api_key));
}

std::string described(const quota_settings& quota)
{
    std::vector<std::string> parts;
    if (quota.tokens_per_minute)
        parts.push_back(with_thousands(quota.tokens_per_minute->count()) + " tokens");
    if (quota.requests_per_minute)
        parts.push_back(with_thousands(quota.requests_per_minute->count()) + " requests");
    if (parts.empty()) return "none: called until the service refuses";
    const auto all = joined(parts) + " a minute";
    return quota.share < 1 ? shortest(quota.share) + " of " + all : all;
}

std::string described(tombstone_rule rule)
{
    switch (rule) {
        case tombstone_rule::forward: return "forwarded";
        case tombstone_rule::skip: return "skipped";
        case tombstone_rule::dead_letter: return "published as dead letters";
    }
    return {};
}

std::string described_order(const route_settings& route)
{
    const auto ahead = ", at most " + with_thousands(route.order_ahead) + " held back";
    switch (route.order) {
        case order_rule::key: return "of the records, for each key" + ahead;
        case order_rule::partition: return "of the records, for each partition" + ahead;
        case order_rule::none: return "as they come";
    }
    return {};
}

std::string described_delivery(const kafka_settings& kafka)
{
    if (kafka.delivery == delivery_rule::at_least_once)
        return "at least once, every " + to_text(kafka.commit_interval);
    const auto instance = kafka.instance ? "instance " + *kafka.instance : "an instance of this host";
    return "exactly once, in transactions of " + to_text(kafka.transaction_interval) + ", as " + instance;
}

std::string source_of_jobs(const route_settings& route)
{
    if (route.jobs == job_form::batch_line) return "batch lines, which say themselves what to ask";
    const std::string records = route.jobs == job_form::text ? "plain text, " : "records, ";
    if (route.messages.empty()) return records + "text " + in_quotes(route.text);
    return records + std::to_string(route.messages.size()) +
           (route.messages.size() == 1 ? " message" : " messages") + " each";
}

/// Where to, and in which form; what is usual is left out.
std::string described_output(const route_settings& route)
{
    std::string text = route.to;
    switch (route.output) {
        case output_form::result: break;
        case output_form::batch_line: text += ", lines of the Batch APIs"; break;
        case output_form::merge:
            text += ", the record with the answer at " + in_quotes(*route.merge_at);
            break;
        case output_form::raw: text += ", bytes alone"; break;
    }
    if (route.asks == operation::embeddings) {
        text += ", vectors as " + std::string{name_of(route.encoding)};
        if (route.keep_dimensions)
            text += ", the first " + with_thousands(*route.keep_dimensions) + " dimensions";
        if (route.normalize) text += ", of length one";
    }
    if (route.errors == error_rule::inline_line) text += ", a line for each error too";
    return text;
}

/// Deployments by tier, the best first; those of one tier in the order of the route.
std::vector<std::vector<std::string>> tiers_of(const settings& what, const route_settings& route)
{
    std::map<std::size_t, std::vector<std::string>> by_tier;
    for (const auto& name : route.deployments) by_tier[what.deployment(name).tier].push_back(name);
    std::vector<std::vector<std::string>> tiers;
    for (auto& [tier, names] : by_tier) tiers.push_back(std::move(names));
    return tiers;
}

void show_deployments_of(const settings& what, const route_settings& route, sheet& out)
{
    const auto tiers = tiers_of(what, route);
    out.line("asks", joined(tiers.front()));
    for (std::size_t i = 1; i < tiers.size(); ++i)
        out.line("or else", joined(tiers[i]) + ", after waiting " + to_text(route.spill_after * i));
}

void show_route(const settings& what, const route_settings& route, sheet& out)
{
    out.entry("route " + route.name + ": " + std::string{name_of(route.asks)});
    out.line("reads", joined(route.from));
    out.line("jobs", source_of_jobs(route));
    if (route.parameters != "{}") out.line("parameters", route.parameters);
    if (!route.overrides.empty()) out.line("records set", joined(route.overrides));
    show_deployments_of(what, route, out);
    if (route.priority != route_priority::bulk || route.weight != 1)
        out.line("goes",
                 std::string{name_of(route.priority)} + ", with weight " + with_thousands(route.weight));
    out.line("writes", described_output(route));
    out.line("dead letters", route.dead_letters);
    out.line("deletions", described(route.tombstones));
    out.line("order", described_order(route));
    if (route.long_inputs == long_input_rule::truncate) out.line("long inputs", "are truncated");
    if (!route.headers.empty()) out.line("carries on", "headers " + joined(route.headers));
    if (route.deadline)
        out.line("deadline", to_text(*route.deadline) + (route.deadline_from == deadline_start::read
                                                             ? " after reading"
                                                             : " after the record's timestamp"));
    out.line("stops after", route.stop_after_refusals == 0
                                ? "no number of refusals"
                                : std::to_string(route.stop_after_refusals) + " refusals without a success");
}

void show_groups(const settings& what, sheet& out)
{
    std::vector<std::string> shown;
    for (const auto& first : what.routes) {
        if (std::find(shown.begin(), shown.end(), first.group) != shown.end()) continue;
        shown.push_back(first.group);
        out.heading("Consumer group " + first.group);
        for (const auto& each : what.routes)
            if (each.group == first.group) show_route(what, each, out);
    }
}

void show_calls(const settings& what, const deployment_settings& deployment, sheet& out)
{
    bool called = false;
    for (const auto& [name, asks] : names_of<operation>) {
        const bool wanted = std::any_of(what.routes.begin(), what.routes.end(), [&](const auto& route) {
            return route.asks == asks && std::find(route.deployments.begin(), route.deployments.end(),
                                                   deployment.name) != route.deployments.end();
        });
        if (!wanted) continue;
        called = true;
        const auto url = url_of(deployment, asks);
        out.line(name, "POST " + url.text());
        if (!url.model.empty()) out.line("", "with \"model\": " + in_quotes(url.model));
    }
    if (!called) out.line("called by", "no route");
}

void show_deployment(const settings& what, const deployment_settings& each, sheet& out)
{
    out.entry("deployment " + each.name + ": " + each.model);
    show_calls(what, each, out);
    if (each.proxy) out.line("through", "the proxy " + described(*each.proxy));
    show_auth(each, out);
    out.line("quota", described(each.quota) + (each.pool ? ", shared in the pool " + *each.pool : ""));
    if (each.provisioned) out.line("paid", "in advance");
    const auto most = with_thousands(each.max_concurrency) + " calls";
    out.line("in flight", each.min_concurrency ? "from " + with_thousands(*each.min_concurrency) + " to " +
                                                     most + ", as the server can use them"
                                               : "at most " + most);
    out.line("a request has", "at most " + with_thousands(each.max_inputs) + " inputs, " +
                                  with_thousands(each.max_request_tokens.count()) + " tokens, " +
                                  to_text(each.max_request_bytes));
    out.line("timeouts", "connect " + to_text(each.timeouts.connect) + ", TLS " + to_text(each.timeouts.tls) +
                             ", first byte " + to_text(each.timeouts.first_byte) + ", whole call " +
                             to_text(each.timeouts.whole));
    if (each.max_input_tokens)
        out.line("an input has", "at most " + with_thousands(each.max_input_tokens->count()) + " tokens");
    if (each.ca_file) out.line("trusts", *each.ca_file);
    if (each.tls) out.line("shows", "the certificate " + each.tls->certificate);
    for (const auto& [name, value] : each.headers) out.line("header", name + ": " + value);
    for (const auto& [name, value] : each.secret_headers) out.line("header", name + ", " + described(value));
}

/// Who the worker is to the brokers.
struct kafka_sign_in_lines {
    void operator()(std::monostate) const {}
    void operator()(const sasl_settings& how) const
    {
        out.line("signs in",
                 "by " + protocol_name(how.mechanism) + " as " + how.user + ", " + described(how.password));
    }
    void operator()(const entra_id_settings& how) const { show_sign_in(how, out); }
    void operator()(const oauth_settings& how) const
    {
        out.line("signs in",
                 "by client credentials of " + how.client_id + ", " + described(how.client_secret));
        out.line("at", how.token_url + (how.scope ? " for " + *how.scope : ""));
        if (how.proxy) out.line("", "through the proxy " + described(*how.proxy));
    }
    sheet& out;
};

std::string described(const std::optional<kafka_tls_settings>& tls)
{
    if (!tls) return "nothing";
    std::string text = "all, trusting " + tls->ca_file.value_or("the system's authorities");
    if (tls->certificate) text += ", and shows the certificate " + *tls->certificate;
    return text;
}

void show_brokers(const kafka_settings& kafka, sheet& out)
{
    out.line("brokers", kafka.brokers);
    if (kafka.profile == kafka_profile::event_hubs) out.line("which are", "Event Hubs");
    std::visit(kafka_sign_in_lines{out}, kafka.auth);
    if (kafka.tls || kafka.allow_plaintext) out.line("encrypts", described(kafka.tls));
    for (const auto& [name, value] : kafka.properties) out.line("with", name + "=" + value);
    for (const auto& [name, secret] : kafka.secret_properties)
        out.line("with", name + " " + described(secret));
}

void show_process(const settings& what, sheet& out)
{
    out.heading("This process");
    show_brokers(what.kafka, out);
    out.line("commits", described_delivery(what.kafka));
    out.line("holds", "at most " + with_thousands(what.budgets.records) + " records of " +
                          to_text(what.budgets.record_bytes) + ", and " +
                          to_text(what.budgets.prefetch_bytes) + " fetched ahead");
    out.line("on SIGTERM", "ends within " + to_text(what.drain_deadline));
    out.line("logs from", std::string{name_of(what.log.level)});
}

}  // namespace

std::string plan_text(const settings& what)
{
    sheet out;
    show_groups(what, out);
    out.heading("Deployments");
    for (const auto& each : what.deployments) show_deployment(what, each, out);
    show_process(what, out);
    return out.take();
}

}  // namespace config
