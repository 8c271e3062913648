#include "config/plan.hpp"

#include <doctest/doctest.h>

#include <string>

#include "config/warnings.hpp"
#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

std::string plan_of(const std::string& text) { return config::plan_text(settings_of(text)); }

bool says(const std::string& plan, const std::string& line)
{
    return plan.find(line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("the plan shows each route, deployment and limit in columns")
{
    CHECK(plan_of(changed(R"("model": "text-embedding-3-small")",
                          R"("model": "text-embedding-3-small",
                             "auth": { "api_key": { "env": "KEY" } },
                             "quota": { "tokens_per_minute": 350000, "requests_per_minute": 2100 })")) ==
          R"(Consumer group batchmill
  route documents: embeddings
    reads           documents
    jobs            records, text "/body"
    asks            vectors
    writes          vectors, vectors as json
    dead letters    dead
    deletions       forwarded
    order           of the records, for each key, at most 16 held back
    stops after     20 refusals without a success

Deployments
  deployment vectors: text-embedding-3-small
    embeddings      POST https://res.openai.azure.com/openai/deployments/emb/embeddings?api-version=2024-10-21
    key             header api-key, from the variable KEY
    quota           350,000 tokens, 2,100 requests a minute
    in flight       at most 16 calls
    a request has   at most 2,048 inputs, 300,000 tokens, 16MiB
    timeouts        connect 10s, TLS 10s, first byte 5m, whole call 10m

This process
    brokers         localhost:9092
    commits         at least once, every 1s
    holds           at most 50,000 records of 256MiB, and 64MiB fetched ahead
    on SIGTERM      ends within 25s
    logs from       info
)");
}

TEST_CASE("the plan of the example shows groups apart, and what is special about each part")
{
    const auto variables = [](std::string_view name) -> std::optional<std::string> {
        return name == "AZURE_OPENAI_RESOURCE" ? std::optional{std::string{"res"}} : std::nullopt;
    };
    const auto loaded = config::load_file(SOURCE_ROOT "/config/batchmill.example.json", variables);
    REQUIRE(std::holds_alternative<config::settings>(loaded));
    const auto plan = config::plan_text(std::get<config::settings>(loaded));
    CHECK(says(plan, "Consumer group batchmill"));
    CHECK(says(plan, "Consumer group batchmill-summaries"));
    CHECK(says(plan, "    jobs            records, 2 messages each"));
    CHECK(says(plan, "    jobs            batch lines, which say themselves what to ask"));
    CHECK(says(plan, "    jobs            plain text, text \"{{}}\""));
    CHECK(says(plan, "    parameters      {\"dimensions\":512}"));
    CHECK(says(plan, "    records set     max_tokens"));
    CHECK(says(plan, "    carries on      headers tenant, x-*"));
    CHECK(says(plan, "    long inputs     are truncated"));
    CHECK(says(plan, "    an input has    at most 8,192 tokens"));
    CHECK(says(plan, "    in flight       from 1 to 64 calls, as the server can use them"));
    CHECK(says(plan, "    deadline        24h after reading"));
    CHECK(says(plan, "    chat            POST https://res.openai.azure.com/openai/v1/chat/completions"));
    CHECK(says(plan, "    responses       POST https://res.openai.azure.com/openai/v1/responses"));
    CHECK(says(plan, "                    with \"model\": \"gpt-4.1-mini\""));
    CHECK(says(plan, "    key             header api-key, from the variable AZURE_OPENAI_API_KEY"));
    CHECK(says(plan,
               "    signs in        by workload_identity of application 00000000-0000-0000-0000-000000000000 "
               "in tenant contoso.onmicrosoft.com, from the file "
               "/var/run/secrets/azure/tokens/azure-identity-token"));
    CHECK(says(plan, "    key             none is sent"));
    CHECK(says(plan, "    quota           0.8 of 200,000 tokens a minute"));
    CHECK(says(plan, "    quota           none: called until the service refuses"));
    CHECK(says(plan, "    with            client.id=batchmill"));
}

TEST_CASE("the plan says in which form a route publishes, where it is not the usual one")
{
    const auto writes = [](const std::string& members) {
        const auto plan = plan_of(changed(R"("to": "vectors")", R"("to": "vectors", )" + members));
        const auto begin = plan.find("    writes          ") + 20;
        return plan.substr(begin, plan.find('\n', begin) - begin);
    };
    CHECK(writes(R"("output": "merge", "merge_at": "/vector", "keep_dimensions": 256, "normalize": true)") ==
          "vectors, the record with the answer at \"/vector\", vectors as json, the first 256 dimensions, of "
          "length one");
    CHECK(writes(R"("output": "raw", "encoding": "float16")") == "vectors, bytes alone, vectors as float16");
    CHECK(writes(R"("output": "batch_line", "errors": "inline")") ==
          "vectors, lines of the Batch APIs, vectors as json, a line for each error too");
}

TEST_CASE("the plan says which identities are tried, and why others are not")
{
    const auto plan =
        plan_of(changed(R"("deployment": "emb",)",
                        R"("deployment": "emb", "auth": { "entra_id": { "client_id": "app" } },)"));
    CHECK(
        says(plan, "    signs in        by managed_identity app of a virtual machine, or one of Azure Arc"));
    CHECK(says(plan, "    or else         by azure_cli"));
    CHECK(says(plan,
               "    but not         by client_secret: needs \"tenant\" (or the variable AZURE_TENANT_ID) and "
               "\"client_secret\" (or the variable AZURE_CLIENT_SECRET)"));
    CHECK(says(plan,
               "    at              https://login.microsoftonline.com for "
               "https://cognitiveservices.azure.com/.default"));
}

TEST_CASE("the plan shows both keys, and the header that carries them")
{
    const auto plan = plan_of(
        changed(R"("deployment": "emb",)",
                R"("deployment": "emb", "auth": { "api_key": { "env": "A" }, "second_api_key": { "env": "B" },
                   "header": "Ocp-Apim-Subscription-Key" },)"));
    CHECK(says(plan, "    key             header Ocp-Apim-Subscription-Key, from the variable A"));
    CHECK(says(plan, "    or else         header Ocp-Apim-Subscription-Key, from the variable B"));
}

TEST_CASE("the plan shows in which order the deployments of a route are asked, and what goes first")
{
    auto text =
        changed(R"("deployments": ["vectors"])",
                R"("deployments": ["spare", "vectors", "reserved"], "spill_after": "500ms", "weight": 2,
                           "priority": "interactive")");
    text.insert(
        text.find(R"("vectors": {)"),
        R"("reserved": { "endpoint": "https://h", "deployment": "d", "model": "text-embedding-3-small",
                                 "provisioned": true },
                   "spare": { "endpoint": "https://h", "deployment": "d", "model": "text-embedding-3-small",
                              "tier": 3, "pool": "global" },)");
    const auto plan = plan_of(text);
    CHECK(says(plan, "    asks            reserved"));
    CHECK(says(plan, "    or else         vectors, after waiting 500ms"));
    CHECK(says(plan, "    or else         spare, after waiting 1s"));
    CHECK(says(plan, "    goes            interactive, with weight 2"));
    CHECK(says(plan, "    paid            in advance"));
    CHECK(
        says(plan, "    quota           none: called until the service refuses, shared in the pool global"));
}

TEST_CASE("a wait for a better tier that there is not deserves a warning")
{
    const auto waiting = [](const std::string& members) {
        return config::warnings_about(
                   settings_of(changed(R"("to": "vectors")", R"("to": "vectors")" + members)))
            .size();
    };
    CHECK(waiting(R"(, "spill_after": "1m")") == 1);
    CHECK(waiting("") == 0);
}

TEST_CASE("a deployment that no route asks is shown as such")
{
    const auto plan =
        plan_of(changed(R"("vectors": {)", R"("spare": { "endpoint": "https://h", "deployment": "d",
                                                            "model": "m" }, "vectors": {)"));
    CHECK(says(plan, "    called by       no route"));
}

TEST_CASE("the plan shows who the worker is to the brokers, and where its secrets are, never what they are")
{
    const auto plan_with = [](const std::string& brokers, const std::string& members) {
        return plan_of(
            changed(R"("brokers": "localhost:9092")", R"("brokers": ")" + brokers + R"(", )" + members));
    };
    const auto scram =
        plan_with("b:9093", R"("auth": { "sasl": { "mechanism": "scram_sha_256", "user": "mill",
        "password": { "env": "PASSWORD" } } }, "tls": { "ca_file": "ca.pem", "certificate": "mill.pem" })");
    CHECK(says(scram, "    signs in        by SCRAM-SHA-256 as mill, from the variable PASSWORD"));
    CHECK(says(scram, "    encrypts        all, trusting ca.pem, and shows the certificate mill.pem"));

    const auto hubs = plan_with("mill.servicebus.windows.net:9093",
                                R"("auth": { "entra_id": { "source": "managed_identity" } })");
    CHECK(says(hubs, "    which are       Event Hubs"));
    CHECK(says(hubs,
               "    at              https://login.microsoftonline.com for "
               "https://mill.servicebus.windows.net/.default"));
    CHECK(says(hubs, "    encrypts        all, trusting the system's authorities"));

    const auto oauth = plan_with("b:9093", R"("allow_plaintext": true, "auth": { "oauth": {
        "token_url": "https://issuer.example/token", "client_id": "mill", "client_secret": { "file": "/s" } } })");
    CHECK(says(oauth, "    signs in        by client credentials of mill, from the file /s"));
    CHECK(says(oauth, "    at              https://issuer.example/token"));
    CHECK(says(oauth, "    encrypts        nothing"));
}

TEST_CASE("the plan shows what stands in between, and no password of it")
{
    auto text = changed(R"("deployment": "emb",)",
                        R"("deployment": "emb", "proxy": {"url": "http://near.corp:8080", "username": "me",
                           "password": {"env": "PROXY_PASSWORD"}}, "tls": {"certificate": "/tls.pem"},
                           "headers": {"x-team": "search", "x-gateway-key": {"env": "GATEWAY"}},
                           "auth": {"entra_id": {"source": "client_secret", "tenant": "t", "client_id": "c",
                                                 "client_secret": {"env": "S"}}},)");
    text.insert(text.find("\"kafka\""), R"("proxy": {"url": "http://far.corp:3128"},)");
    const auto plan = plan_of(text);
    CHECK(says(plan, "    through         the proxy near.corp:8080 as me, by deployments.vectors.proxy"));
    CHECK(says(plan, "                    through the proxy far.corp:3128, by proxy"));
    CHECK(says(plan, "    shows           the certificate /tls.pem"));
    CHECK(says(plan, "    header          x-team: search"));
    CHECK(says(plan, "    header          x-gateway-key, from the variable GATEWAY"));
    CHECK(plan.find("PROXY_PASSWORD") == std::string::npos);
}

}  // namespace tests
