#include "worker/service_endpoint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_file.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/http_failure.hpp"
#include "worker/key_credential.hpp"
#include "worker/steady_timeline.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;
namespace asio = boost::asio;
namespace code = worker::http_failure;

namespace {

const std::string one_vector = R"({"object":"list","model":"m","data":[{"index":0,"embedding":[1,0.5]}],)"
                               R"("usage":{"prompt_tokens":3,"total_tokens":3}})";

const std::string vector_answer = http_text("200 OK", "x-request-id: id-1\r\n", one_vector);

/// An endpoint of the openai form, with a key, in front of a server that does what it was told.
struct endpoint_rig {
    explicit endpoint_rig(std::vector<script> connections)
        : server{std::move(connections)},
          settings{settings_for(server.port(), key.path())},
          shows{time, log, settings},
          endpoint{loop, memory, settings, shows}
    {}

    static config::deployment_settings settings_for(std::uint16_t port, const std::string& key_path)
    {
        config::deployment_settings settings;
        settings.name = "vectors";
        settings.api = config::api_form::openai;
        settings.endpoint = "http://127.0.0.1:" + std::to_string(port) + "/v1";
        settings.deployment = "text-embedding-3-small";
        settings.auth.api_key = {config::secret_reference::source::file, key_path};
        return settings;
    }

    pipeline::result<pipeline::reply> call(std::string_view piece = "\"some text\"",
                                           std::optional<pipeline::trace_context> trace = std::nullopt)
    {
        pipeline::request ask{.form = &form, .pieces = {}, .trace = trace};
        ask.pieces.push_back(piece);
        return run(loop, endpoint.call(ask));
    }

    scratch_file key{" sk-test-key\n"};
    asio::io_context loop;
    scripted_server server;
    config::deployment_settings settings;
    worker::steady_timeline time{loop.get_executor()};
    kept_log log;
    worker::key_credential shows;
    pipeline::byte_pool memory{1024 * 1024};
    worker::service_endpoint endpoint;
    pipeline::shape form;
};

std::string message_of(const config::deployment_settings& settings)
{
    asio::io_context loop;
    pipeline::byte_pool memory{0};
    worker::no_credential nobody;
    try {
        const worker::service_endpoint endpoint{loop, memory, settings, nobody};
    } catch (const std::runtime_error& why) {
        return why.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a server that refuses base64 is asked for numbers at once, and from then on")
{
    std::vector<std::string> asked;
    endpoint_rig rig{{[&](peer& client) {
        for (int i = 0; i < 3; ++i) {
            asked.push_back(client.read_request());
            const bool base64 = asked.back().find("base64") != std::string::npos;
            client.send(
                base64
                    ? http_text("400 Bad Request", "",
                                R"({"object":"error","message":"encoding_format must be float","code":400})")
                    : vector_answer);
        }
        client.stall();
    }}};
    REQUIRE(rig.call().has_value());
    REQUIRE(rig.call().has_value());
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].find("base64") != std::string::npos);
    CHECK(asked[1].find("encoding_format") == std::string::npos);
    CHECK(asked[2].find("encoding_format") == std::string::npos);
}

TEST_CASE("a refusal that does not speak of the encoding is not asked again")
{
    int asked = 0;
    endpoint_rig rig{{[&](peer& client) {
        client.read_request();
        ++asked;
        client.send(http_text("400 Bad Request", "", R"({"error":{"message":"input is too long"}})"));
        client.stall();
    }}};
    const auto refused = rig.call();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().reason() == pipeline::errc::refused);
    CHECK(asked == 1);
}

TEST_CASE("a request carries the key, its length, an id of its own and nothing more than it needs")
{
    endpoint_rig rig{{[](peer& client) {
        for (int i = 0; i < 2; ++i) {
            client.read_request();
            client.send(vector_answer);
        }
        client.stall();
    }}};
    REQUIRE(rig.call().has_value());
    REQUIRE(rig.call().has_value());

    const std::regex expected{
        "POST /v1/embeddings HTTP/1\\.1\r\n"
        "Host: 127\\.0\\.0\\.1:[0-9]+\r\n"
        "User-Agent: batchmill/[0-9.]+\r\n"
        "Content-Type: application/json\r\n"
        "Accept: application/json\r\n"
        "x-ms-client-request-id: ([0-9a-f-]{36})\r\n"
        "Content-Length: ([0-9]+)\r\n"
        "Authorization: Bearer sk-test-key\r\n"
        "\r\n"
        "(\\{.*\\})"};
    std::vector<std::string> ids;
    for (const auto& request : rig.server.requests()) {
        CAPTURE(request);
        std::smatch parts;
        REQUIRE(std::regex_match(request, parts, expected));
        ids.push_back(parts[1]);
        CHECK(parts[3].length() == std::stoi(parts[2]));
        CHECK(parts[3].str().find("\"some text\"") != std::string::npos);
        CHECK(parts[3].str().find("\"text-embedding-3-small\"") != std::string::npos);
    }
    REQUIRE(ids.size() == 2);
    CHECK(ids.front() != ids.back());
}

TEST_CASE("a request of a trace says so once, as a span of its own each time")
{
    endpoint_rig rig{{[](peer& client) {
        for (int i = 0; i < 2; ++i) {
            client.read_request();
            client.send(vector_answer);
        }
        client.stall();
    }}};
    const auto trace = pipeline::read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    REQUIRE(trace);
    REQUIRE(rig.call("\"text\"", trace).has_value());
    REQUIRE(rig.call("\"text\"", trace).has_value());

    const std::regex expected{"\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-([0-9a-f]{16})-01\r\n"};
    std::vector<std::string> parents;
    for (const auto& request : rig.server.requests()) {
        CAPTURE(request);
        std::smatch parts;
        REQUIRE(std::regex_search(request, parts, expected));
        parents.push_back(parts[1]);
        CHECK(request.find("traceparent") == request.rfind("traceparent"));
    }
    REQUIRE(parents.size() == 2);
    CHECK(parents.front() != parents.back());
    CHECK(std::count(parents.begin(), parents.end(), "00f067aa0ba902b7") == 0);
    CHECK(std::count(parents.begin(), parents.end(), "0000000000000000") == 0);
}

TEST_CASE("a large request arrives as it was written")
{
    endpoint_rig rig{{answering(vector_answer)}};
    const auto piece = "\"" + std::string(500'000, 'x') + "\"";
    REQUIRE(rig.call(piece).has_value());
    CHECK(rig.server.requests().front().find(piece) != std::string::npos);
}

TEST_CASE("a reply brings what was asked for, its usage and the id of the request")
{
    endpoint_rig rig{{answering(vector_answer)}};
    const auto reply = rig.call();
    REQUIRE(reply.has_value());
    CHECK(std::get<pipeline::embedding>(reply->answers.at(0)).values() == std::vector{1.0F, 0.5F});
    CHECK(reply->used.prompt_tokens == 3);
    CHECK(reply->model == "m");
    CHECK(reply->request_id == "id-1");
}

TEST_CASE("a connection that its peer closes under the next request is replaced, once and unseen")
{
    // Reading the request before closing makes sure that it was sent on the old connection.
    endpoint_rig rig{{[](peer& client) {
                          client.read_request();
                          client.send(vector_answer);
                          client.read_request();
                      },
                      answering(vector_answer)}};
    CHECK(rig.call().has_value());
    CHECK(rig.call().has_value());
    CHECK(rig.server.requests().size() == 3);
}

TEST_CASE("what ends without an answer on a new connection is not sent again")
{
    endpoint_rig rig{{[](peer& client) { client.read_request(); }, answering(vector_answer)}};
    const auto reply = rig.call();
    REQUIRE(reply.has_error());
    CHECK(reply.error().code() == code::reset);
    CHECK(rig.server.requests().size() == 1);
}

TEST_CASE("what ends without an answer twice is not sent a third time")
{
    endpoint_rig rig{{[](peer& client) {
                          client.read_request();
                          client.send(vector_answer);
                          client.read_request();
                      },
                      [](peer& client) { client.read_request(); }, answering(vector_answer)}};
    CHECK(rig.call().has_value());
    CHECK(rig.call().error().code() == code::reset);
    CHECK(rig.server.requests().size() == 3);
}

TEST_CASE("an answer that had begun is not asked for again: it may have been paid for")
{
    endpoint_rig rig{{[](peer& client) {
                          client.read_request();
                          client.send(vector_answer);
                          client.read_request();
                          client.send("H");
                      },
                      answering(vector_answer)}};
    CHECK(rig.call().has_value());
    CHECK(rig.call().error().code() == code::cut_short);
    CHECK(rig.server.requests().size() == 2);
}

TEST_CASE("a refusal comes back as a failure with its wait and the id of the request")
{
    endpoint_rig rig{
        {answering(http_text("429 Too Many Requests", "retry-after-ms: 1500\r\napim-request-id: id-2\r\n",
                             R"({"error":{"code":"RateLimitReached","message":"slow down"}})"))}};
    const auto reply = rig.call();
    REQUIRE(reply.has_error());
    const auto why = reply.error();
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::throttled));
    CHECK(why.code() == "RateLimitReached");
    CHECK(why.status() == 429);
    CHECK(why.retry_after() == 1500ms);
    CHECK(why.request_id() == "id-2");
}

TEST_CASE("a 200 that is no reply is a transient failure with the id of the request")
{
    for (const std::string body : {R"({"error":{"code":"x","message":"m"}})", "<html>", "", R"({"data":[]})",
                                   R"({"data":[{"index":1}]})"}) {
        CAPTURE(body);
        endpoint_rig rig{{answering(http_text("200 OK", "x-request-id: id-3\r\n", body))}};
        const auto reply = rig.call();
        REQUIRE(reply.has_error());
        const auto why = reply.error();
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::transient));
        CHECK(why.status() == 200);
        CHECK(why.request_id() == "id-3");
    }
}

TEST_CASE("what an answer's headers say of the quota comes with the reply, and with whatever it is instead")
{
    const std::string limits = "x-ratelimit-limit-tokens: 1000\r\nx-ratelimit-remaining-tokens: 990\r\n";
    endpoint_rig rig{{answering(http_text("200 OK", limits, one_vector)),
                      answering(http_text("200 OK", limits, "{}")),
                      answering(http_text("503 Service Unavailable", limits, "")), answering(vector_answer)}};
    const pipeline::quota_notice said{1'000, 990, {}, {}, {}};
    const auto reply = rig.call();
    REQUIRE(reply.has_value());
    CHECK(reply->quota == said);
    CHECK(rig.call().error().quota() == said);
    CHECK(rig.call().error().quota() == said);
    CHECK(rig.call()->quota == pipeline::quota_notice{});
}

TEST_CASE("a call that waits for its answer can be cancelled, and the next one works")
{
    endpoint_rig rig{{[](peer& client) {
                          client.read_request();
                          client.stall();
                      },
                      answering(vector_answer)}};
    pipeline::request ask{.form = &rig.form, .pieces = {}};
    ask.pieces.push_back("\"a\"");
    const auto asked = [&rig] { return !rig.server.requests().empty(); };
    CHECK_THROWS_AS(run_and_cancel(rig.loop, rig.endpoint.call(ask), asked), boost::system::system_error);
    CHECK(rig.call().has_value());
}

TEST_CASE("an endpoint that is closed keeps the loop busy no longer")
{
    endpoint_rig rig{{[](peer& client) {
        client.read_request();
        client.send(vector_answer);
        client.stall();
    }}};
    REQUIRE(rig.call().has_value());
    rig.endpoint.close();
    rig.loop.restart();
    rig.loop.run();
}

TEST_CASE("an endpoint with a CA file that does not exist names it at the start")
{
    config::deployment_settings settings;
    settings.endpoint = "https://localhost";
    settings.ca_file = "/nowhere/ca.pem";
    CHECK(message_of(settings).find("/nowhere/ca.pem") != std::string::npos);
}
