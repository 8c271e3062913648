#include "config/load.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

using namespace std::chrono_literals;
using namespace config::literals;

const std::string route_end = R"("dead_letters": "dead")";
const std::string deployment_end = R"("model": "text-embedding-3-small")";
const std::string kafka_end = R"("brokers": "localhost:9092")";

std::string with_route(const std::string& members) { return changed(route_end, route_end + ", " + members); }
std::string with_deployment(const std::string& members)
{
    return changed(deployment_end, deployment_end + ", " + members);
}
std::string with_kafka(const std::string& members) { return changed(kafka_end, kafka_end + ", " + members); }

}  // namespace

TEST_CASE("a small file gives settings, and the rest are defaults")
{
    const auto made = settings_of(base_text());
    CHECK(made.kafka.brokers == "localhost:9092");
    CHECK(made.kafka.group == "batchmill");
    REQUIRE(made.deployments.size() == 1);
    CHECK(made.deployments[0].name == "vectors");
    CHECK(made.deployments[0].api == config::api_form::azure);
    CHECK(made.deployment("vectors").max_inputs == 2048);
    REQUIRE(made.routes.size() == 1);
    CHECK(made.routes[0].from == std::vector<std::string>{"documents"});
    CHECK(made.routes[0].group == "batchmill");
    CHECK(made.routes[0].parameters == "{}");
    CHECK_FALSE(made.routes[0].deadline);
    CHECK(made.budgets == config::budget_settings{});
    CHECK(made.drain_deadline == 25s);
}

TEST_CASE("every setting of a deployment reaches its place")
{
    const auto made = settings_of(with_deployment(R"(
        "api": "azure", "api_version": "2025-04-01-preview",
        "auth": { "api_key": { "env": "KEY" } },
        "quota": { "tokens_per_minute": 1000, "requests_per_minute": 6, "share": 0.25 },
        "timeouts": { "connect": "1s", "tls": "2s", "first_byte": "3m", "whole": "4h" },
        "max_concurrency": 7, "min_concurrency": 2,
        "max_inputs": 16, "max_request_tokens": 8191, "max_input_tokens": 512,
        "max_request_bytes": "1MiB", "allow_plain_http": true, "ca_file": "/etc/ca.pem",
        "tls": { "certificate": "/tls.pem", "key": "/tls.key", "key_password": { "env": "TLS" } },
        "headers": { "x-team": "a b", "X-Other-Key": { "file": "/k" } },
        "pool": "global", "provisioned": true, "tier": 3)"));
    const auto& each = made.deployments.at(0);
    using source = config::secret_reference::source;
    CHECK(each.api_version == "2025-04-01-preview");
    CHECK(each.auth.api_key == config::secret_reference{source::environment, "KEY"});
    CHECK(each.quota.tokens_per_minute == 1000_tok);
    CHECK(each.quota.requests_per_minute == 6_req);
    CHECK(each.quota.share == 0.25);
    CHECK(each.timeouts == config::call_timeouts{1s, 2s, 3min, 4h});
    CHECK(each.max_concurrency == 7);
    CHECK(each.min_concurrency == 2);
    CHECK(each.max_inputs == 16);
    CHECK(each.max_request_tokens == 8191_tok);
    CHECK(each.max_input_tokens == 512_tok);
    CHECK(each.max_request_bytes == 1_MiB);
    CHECK(each.allow_plain_http);
    CHECK(each.ca_file == "/etc/ca.pem");
    CHECK(each.pool == "global");
    CHECK(each.provisioned);
    CHECK(each.tier == 3);
    const config::secret_reference password{source::environment, "TLS"};
    CHECK(each.tls == config::tls_identity_settings{"/tls.pem", "/tls.key", password});
    using pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(each.headers == pairs{{"x-team", "a b"}});
    REQUIRE(each.secret_headers.size() == 1);
    CHECK(each.secret_headers[0].first == "X-Other-Key");
    CHECK(each.secret_headers[0].second == config::secret_reference{source::file, "/k"});
    CHECK_FALSE(each.proxy);
}

TEST_CASE("provisioned deployments come before all others, unless the file says otherwise")
{
    CHECK(settings_of(with_deployment(R"("provisioned": true)")).deployments.at(0).tier == 1);
    CHECK(settings_of(with_deployment(R"("provisioned": false)")).deployments.at(0).tier == 2);
    CHECK(settings_of(with_deployment(R"("tier": 1)")).deployments.at(0).tier == 1);
}

TEST_CASE("every setting of a route reaches its place")
{
    const auto made = settings_of(with_route(R"(
        "jobs": "record", "id": "/id", "metadata": ["/a", "/b/c"],
        "parameters": { "user": "${TOPIC}", "dimensions": 256, "x": [1.50, null, true, {"y": "ü\n"}] },
        "overrides": ["max_tokens", "${TOPIC}"], "headers": ["tenant", "x-*"],
        "group": "own", "encoding": "float16", "keep_dimensions": 64, "normalize": true,
        "long_inputs": "truncate", "tombstones": "skip", "deadline": "2h",
        "deadline_from": "timestamp", "stop_after_refusals": 0, "max_dead_letter_share": 0.25,
        "spill_after": "90s", "weight": 3, "priority": "interactive")"));
    const auto& each = made.routes.at(0);
    CHECK(each.id == "/id");
    CHECK(each.metadata == std::vector<std::string>{"/a", "/b/c"});
    CHECK(each.parameters ==
          R"({"user":"from-environment","dimensions":256,"x":[1.50,null,true,{"y":"ü\n"}]})");
    CHECK(each.overrides == std::vector<std::string>{"max_tokens", "from-environment"});
    CHECK(each.headers == std::vector<std::string>{"tenant", "x-*"});
    CHECK(each.group == "own");
    CHECK(each.encoding == config::vector_encoding::float16);
    CHECK(each.keep_dimensions == 64);
    CHECK(each.normalize);
    CHECK(each.long_inputs == config::long_input_rule::truncate);
    CHECK(each.tombstones == config::tombstone_rule::skip);
    CHECK(each.deadline == 2h);
    CHECK(each.deadline_from == config::deadline_start::timestamp);
    CHECK(each.stop_after_refusals == 0);
    CHECK(each.max_dead_letter_share == 0.25);
    CHECK(each.spill_after == 90s);
    CHECK(each.weight == 3);
    CHECK(each.priority == config::route_priority::interactive);
}

TEST_CASE("the text of a plain text is all of it, unless the route says otherwise")
{
    const auto plain = [](std::string_view text) {
        return settings_of(changed(R"("text": "/body")", R"("jobs": "text")" + std::string{text}));
    };
    CHECK(plain("").routes.at(0).text == "{{}}");
    CHECK(plain(R"(, "text": "Title: {{}}")").routes.at(0).text == "Title: {{}}");
    CHECK(plain("").routes.at(0).jobs == config::job_form::text);
}

TEST_CASE("librdkafka's properties keep their order, and secrets among them stay references")
{
    const auto made = settings_of(with_kafka(R"("properties": {
        "client.id": "me-${TOPIC}", "fetch.wait.max.ms": 50, "socket.keepalive.enable": true,
        "ssl.keystore.password": { "file": "/run/password" }, "client.rack": { "env": "RACK" } })"));
    using pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(made.kafka.properties == pairs{{"client.id", "me-from-environment"},
                                         {"fetch.wait.max.ms", "50"},
                                         {"socket.keepalive.enable", "true"}});
    REQUIRE(made.kafka.secret_properties.size() == 2);
    CHECK(made.kafka.secret_properties[0].first == "ssl.keystore.password");
    CHECK(made.kafka.secret_properties[0].second.name == "/run/password");
    CHECK(made.kafka.secret_properties[1].second.name == "RACK");
}

TEST_CASE("an OpenAI deployment is named by its model")
{
    const auto made =
        settings_of(changed(R"("deployment": "emb")", R"("api": "openai", "allow_plain_http": false)"));
    CHECK(made.deployments.at(0).deployment == "text-embedding-3-small");
    CHECK(report_of(changed(R"("deployment": "emb",)", "")).find("needs the setting \"deployment\"") !=
          std::string::npos);
}

TEST_CASE("an endpoint is kept in one spelling")
{
    const auto made = settings_of(changed("https://res.openai.azure.com", "HTTPS://Res.example:443/a//b/"));
    CHECK(made.deployments.at(0).endpoint == "https://res.example/a/b");
}

TEST_CASE("a byte order mark is no problem, and columns do not count it")
{
    CHECK(problems_of("\xEF\xBB\xBF" + base_text()).empty());
    CHECK(problems_of("\xEF\xBB\xBF{ x }").at(0).starts_with("1:3:"));
}

TEST_CASE("all problems come at once, in the order of the file")
{
    auto text = changed(R"("brokers")", R"("brokes")");
    text.replace(text.find("\"emb\""), 5, "7");
    text.replace(text.find("\"/body\""), 7, "\"{{body}}\"");
    CHECK(problems_of(text) ==
          std::vector<std::string>{
              R"(2:12: kafka: needs the setting "brokers")",
              R"(2:14: kafka.brokes: unknown setting; did you mean "brokers"?)",
              R"(6:21: deployments.vectors.deployment: must be a string, not a number)",
              R"(14:15: routes.documents.text: names no place in the record with {{body}}; write {{/body}})",
          });
}

TEST_CASE("a problem is one line, whatever it quotes")
{
    const config::problem found{"a.json", 3, 4, "routes.x", "is \"a\nb\x1B[31m\", which is wrong"};
    CHECK(config::to_string(found) == "a.json:3:4: routes.x: is \"a b [31m\", which is wrong");
}

TEST_CASE("every setting of a sign-in reaches its place")
{
    const auto made = settings_of(with_deployment(R"("auth": { "entra_id": {
        "source": "client_certificate", "tenant": "t.example", "client_id": "c", "certificate": "/c.pfx",
        "certificate_password": { "env": "P" }, "authority": "https://login.microsoftonline.us/",
        "scope": "https://cognitiveservices.azure.us/.default", "ca_file": "/ca.pem" } })"));
    using source = config::secret_reference::source;
    const config::secret_reference password{source::environment, "P"};
    config::entra_id_settings expected;
    expected.source = config::identity_source::client_certificate;
    expected.authority = "https://login.microsoftonline.us";
    expected.scope = "https://cognitiveservices.azure.us/.default";
    expected.ca_file = "/ca.pem";
    expected.identities = {config::client_certificate_identity{{"t.example", "c"}, "/c.pfx", password}};
    CHECK(made.deployments.at(0).auth.entra_id == expected);

    const auto keys = settings_of(with_deployment(
        R"("auth": { "api_key": { "env": "A" }, "second_api_key": { "file": "/b" }, "header": "X-Key" })"));
    const auto& auth = keys.deployments.at(0).auth;
    CHECK(auth.second_api_key == config::secret_reference{source::file, "/b"});
    CHECK(auth.header == "X-Key");
}

TEST_CASE("neither a literal secret nor the value of a variable is ever repeated")
{
    for (const std::string& text :
         {with_deployment(R"("auth": { "api_key": "hunter2" })"),
          with_kafka(R"("properties": { "ssl.keystore.password": "hunter2" })"),
          with_kafka(R"("properties": { "sasl.password": "hunter2" })"),
          with_kafka(R"("auth": { "sasl": { "mechanism": "plain", "user": "u", "password": "hunter2" } })"),
          with_deployment(R"("auth": { "api_key": { "value": "hunter2" } })"),
          with_deployment(R"("auth": { "entra_id": { "client_secret": "hunter2" } })"),
          with_deployment(R"("auth": { "api_key": { "env": "hunter2-${TOPIC}" } })"),
          with_route(R"("encoding": "${TOPIC}")"), with_route(R"("deadline": "${TOPIC}")")}) {
        const auto report = report_of(text);
        CHECK_FALSE(report.empty());
        CHECK_MESSAGE(report.find("hunter2") == std::string::npos, report);
        CHECK_MESSAGE(report.find("from-environment") == std::string::npos, report);
    }
}

TEST_CASE("a count is written without point and exponent")
{
    for (const std::string number : {"2.0", "1e3", "2.5"})
        CHECK(report_of(with_deployment("\"max_inputs\": " + number)).find("must be a whole number") !=
              std::string::npos);
    CHECK(report_of(with_deployment("\"max_inputs\": 99999999999999999999")).find("must be between") !=
          std::string::npos);
    CHECK(report_of(with_route("\"parameters\": { \"x\": 9.9e308 }")).find("out of range") !=
          std::string::npos);
}

TEST_CASE("a file that cannot be read is a problem of its own")
{
    const auto result = config::load_file("/nowhere/batchmill.json", test_variables());
    const auto* problems = std::get_if<std::vector<config::problem>>(&result);
    REQUIRE(problems != nullptr);
    REQUIRE(problems->size() == 1);
    CHECK(config::to_string(problems->front()) == "/nowhere/batchmill.json: cannot be opened");
    CHECK(std::holds_alternative<std::vector<config::problem>>(config::load_file("/", test_variables())));
}

TEST_CASE("the example is a file that the loader accepts")
{
    auto variables = [](std::string_view name) -> std::optional<std::string> {
        return name == "AZURE_OPENAI_RESOURCE" ? std::optional{std::string{"my-resource"}} : std::nullopt;
    };
    const auto result = config::load_file(SOURCE_ROOT "/config/batchmill.example.json", variables);
    REQUIRE(std::holds_alternative<config::settings>(result));
    const auto& made = std::get<config::settings>(result);
    CHECK(made.deployment("vectors").endpoint == "https://my-resource.openai.azure.com");
    CHECK(made.routes.size() == 5);
}

TEST_CASE("signing in at the brokers switches TLS on, unless the file says otherwise")
{
    const std::string auth =
        R"("auth": { "sasl": { "mechanism": "plain", "user": "u", "password": { "env": "P" } } })";
    CHECK_FALSE(settings_of(base_text()).kafka.tls);
    CHECK(settings_of(with_kafka(auth)).kafka.tls == config::kafka_tls_settings{});
    CHECK_FALSE(settings_of(with_kafka(auth + R"(, "allow_plaintext": true)")).kafka.tls);
    CHECK(settings_of(with_kafka(R"("tls": {})")).kafka.tls == config::kafka_tls_settings{});
}

TEST_CASE("Event Hubs are known by their name, or by the profile, and what they take is the default")
{
    const auto at = [](const std::string& brokers, const std::string& members) {
        return settings_of(changed(kafka_end, R"("brokers": ")" + brokers + R"(", )" + members)).kafka;
    };
    const std::string by_machine = R"("auth": { "entra_id": { "source": "managed_identity" } })";
    for (const auto& [host, scope] :
         {std::pair{"Mill.servicebus.windows.net", "https://mill.servicebus.windows.net/.default"},
          std::pair{"mill.servicebus.usgovcloudapi.net",
                    "https://mill.servicebus.usgovcloudapi.net/.default"},
          std::pair{"mill.servicebus.chinacloudapi.cn",
                    "https://mill.servicebus.chinacloudapi.cn/.default"}}) {
        const auto made = at(std::string{"SASL_SSL://"} + host + ":9093", by_machine);
        CHECK(made.profile == config::kafka_profile::event_hubs);
        CHECK(made.commit_metadata == config::bytes{1024});
        CHECK(std::get<config::entra_id_settings>(made.auth).scope == scope);
    }
    const std::string by_string =
        R"("auth": { "sasl": { "mechanism": "plain", "user": "$ConnectionString", "password": { "env": "P" } } })";
    CHECK(at("link.example:9093", R"("profile": "event_hubs", )" + by_string).commit_metadata ==
          config::bytes{1024});
    CHECK(at("servicebus.windows.net.example:9092", by_string).profile == config::kafka_profile::kafka);
    CHECK(at("mill.servicebus.windows.net:9093", R"("profile": "kafka", )" + by_string).commit_metadata ==
          config::bytes{4096});
}

}  // namespace tests
