#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/tools/simulator_client.hpp"
#include "tests/tools/simulator_service_fixture.hpp"
#include "tools/simulator/running_server.hpp"

using tests::ask;
using tests::classic_embeddings;
using tests::raw_connection;
using tests::raw_request;

namespace {

constexpr std::string_view one_text = R"({"input":"hello","dimensions":64})";

/// Until the simulator has taken up so many requests: what has been sent may still be on its way.
void await_requests(simulator::running_server& server, std::uint64_t count)
{
    while (server.account().totals().requests < count) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a connection serves request after request, and several that came at once")
{
    simulator::running_server server;
    raw_connection connection{server.port()};
    CHECK(connection.ask("POST", classic_embeddings, one_text).status == 200);
    CHECK(connection.ask("POST", "/v1/embeddings", R"({"input":"x","model":"m"})").status == 200);
    CHECK(connection.ask("POST", "/nowhere", "{}").status == 404);
    CHECK(connection.ask("GET", classic_embeddings).status == 405);

    connection.send(raw_request("POST", classic_embeddings, one_text) +
                    raw_request("POST", classic_embeddings, "{}"));
    CHECK(connection.read_reply().status == 200);
    CHECK(connection.read_reply().status == 400);
    CHECK(server.account().totals().requests == 6);
}

TEST_CASE("a request may come in pieces, in chunks, or after a permission")
{
    simulator::running_server server;
    raw_connection connection{server.port()};
    for (const char letter : raw_request("POST", classic_embeddings, one_text)) {
        connection.send(std::string_view{&letter, 1});
    }
    CHECK(connection.read_reply().status == 200);

    connection.send("POST " + std::string{classic_embeddings} +
                    " HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n"
                    "7\r\n{\"input\r\n6\r\n\":\"x\"}\r\n0\r\n\r\n");
    CHECK(connection.read_reply().status == 200);

    connection.send("POST " + std::string{classic_embeddings} +
                    " HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: 13\r\n\r\n");
    CHECK(connection.read_head() == "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send(R"({"input":"x"})");
    CHECK(connection.read_reply().status == 200);
}

TEST_CASE("bytes that are no request are answered with 400, and the connection ends")
{
    simulator::running_server server;
    raw_connection nonsense{server.port()};
    nonsense.send("hello?\r\n\r\n");
    CHECK(nonsense.read_to_end().starts_with("HTTP/1.1 400 "));

    raw_connection endless{server.port()};
    endless.send("POST / HTTP/1.1\r\nhost: t\r\nx: " + std::string(70'000, 'a') + "\r\n\r\n");
    CHECK(endless.read_to_end().starts_with("HTTP/1.1 431 "));
}

TEST_CASE("a large reply arrives whole, in one piece or in chunks")
{
    simulator::running_server server;
    std::string inputs = "\"x\"";
    for (int at = 1; at < 200; ++at) inputs += ",\"text " + std::to_string(at) + "\"";
    const auto body = R"({"encoding_format":"base64","input":[)" + inputs + "]}";

    const auto plain = ask(server.port(), "POST", classic_embeddings, body);
    CHECK(plain.whole);
    CHECK(plain.body.size() > 200 * 8192);

    server.set_faults(R"([{"then":{"chunked":true}}])");
    const auto chunked = ask(server.port(), "POST", classic_embeddings, body);
    CHECK(chunked.headers.at("transfer-encoding") == "chunked");
    CHECK(chunked.whole);
    CHECK(chunked.body == plain.body);
}

TEST_CASE("an answer can be the last of its connection")
{
    simulator::running_server server;
    server.set_faults(R"([{"then":{"close_after":true}}])");
    raw_connection connection{server.port()};
    const auto reply = connection.ask("POST", classic_embeddings, one_text);
    CHECK(reply.whole);
    CHECK(reply.headers.at("connection") == "close");
    CHECK(connection.read_some() == 0);
    CHECK(server.account().totals().ok == 1);
}

TEST_CASE("a connection can be reset, closed or filled with garbage instead of an answer")
{
    simulator::running_server server;
    const auto end_with = [&](const std::string& ending) {
        server.set_faults(R"([{"then":{"ending":")" + ending + "\"}}]");
        raw_connection connection{server.port()};
        connection.send(raw_request("POST", classic_embeddings, one_text));
        const auto ended = connection.read_some();
        return ended ? *ended : -1;
    };
    CHECK(end_with("reset") == ECONNRESET);
    CHECK(end_with("closed") == 0);
    CHECK(end_with("garbage") == -1);

    server.set_faults(R"([{"then":{"ending":"garbage"}}])");
    raw_connection connection{server.port()};
    connection.send(raw_request("POST", classic_embeddings, one_text));
    CHECK_FALSE(connection.read_to_end().starts_with("HTTP"));
    CHECK(server.account().totals().broken == 4);
    CHECK(server.account().totals().bought_inputs == 0);
}

TEST_CASE("an answer can be cut after so many bytes of its body")
{
    simulator::running_server server;
    server.set_faults(R"([{"then":{"cut_after_bytes":17}}])");
    const auto reply = ask(server.port(), "POST", classic_embeddings, one_text);
    CHECK(reply.status == 200);
    CHECK(reply.body.size() == 17);
    CHECK_FALSE(reply.whole);
    CHECK(server.account().count_of("hello").asked == 1);
    CHECK(server.account().count_of("hello").bought == 0);
}

TEST_CASE("an answer can stall before it, after its head and in its body, until the client leaves")
{
    simulator::running_server server;
    std::uint64_t stalled = 0;
    for (const std::string ending : {"stalled_before", "stalled_after_head", "stalled_in_body"}) {
        CAPTURE(ending);
        server.set_faults(R"([{"then":{"ending":")" + ending + "\"}}]");
        {
            raw_connection connection{server.port()};
            connection.send(raw_request("POST", classic_embeddings, one_text));
            if (ending != "stalled_before") {
                CHECK(connection.read_head().starts_with("HTTP/1.1 200 OK\r\n"));
            }
            // The half of the body may have come together with the head.
            if (ending == "stalled_in_body" && !connection.has_something()) {
                CHECK_FALSE(connection.read_some());
            }
            await_requests(server, ++stalled);
            if (ending != "stalled_in_body") CHECK_FALSE(connection.has_something());
        }
        while (server.account().totals().broken < stalled) std::this_thread::yield();
    }
    CHECK(server.account().totals().bought_inputs == 0);
}

TEST_CASE("faults and account can be reached over HTTP")
{
    simulator::running_server server;
    const auto port = server.port();
    CHECK(ask(port, "PUT", "/simulator/faults", R"([{"when":{"request":1},"then":{"status":500}}])").status ==
          204);
    CHECK(ask(port, "PUT", "/simulator/faults", R"([{"than":{}}])").status == 400);
    CHECK(ask(port, "POST", classic_embeddings, one_text).status == 500);
    CHECK(ask(port, "POST", classic_embeddings, one_text).status == 200);
    CHECK(ask(port, "GET", "/simulator/account/inputs?text=hello").body == R"({"asked":2,"bought":1})");
    const auto totals = ask(port, "GET", "/simulator/account").body;
    CAPTURE(totals);
    CHECK(totals.starts_with(R"({"requests":2,)"));
    CHECK(totals.find(R"("ok":1,"broken":0,"refused":{"500":1},)") != std::string::npos);
    CHECK(ask(port, "DELETE", "/simulator/account").status == 204);
    CHECK(ask(port, "GET", "/simulator/account/inputs?text=hello").body == R"({"asked":0,"bought":0})");
    CHECK(ask(port, "GET", "/simulator/nothing").status == 404);
}

TEST_CASE("requests are kept as they came, for tests of clients")
{
    simulator::running_server server{{.kept_requests = 1}};
    static_cast<void>(ask(server.port(), "POST", "/v1/embeddings", "{}"));
    static_cast<void>(ask(server.port(), "POST", classic_embeddings, one_text, "API-Key: k\r\n"));
    const auto kept = server.requests();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].target == classic_embeddings);
    CHECK(kept[0].body == one_text);
    CHECK(simulator::find_header(kept[0].headers, "api-key") == "k");
}

TEST_CASE("the server stops at once, whatever its connections wait for")
{
    std::vector<std::unique_ptr<raw_connection>> connections;
    {
        simulator::running_server server{{.latency = std::chrono::hours{1}}};
        for (int at = 0; at < 50; ++at) {
            connections.push_back(std::make_unique<raw_connection>(server.port()));
            connections.back()->send(at % 2 == 0 ? raw_request("POST", classic_embeddings, one_text)
                                                 : std::string{"POST /v1/embed"});
        }
        await_requests(server, 25);
    }
    for (auto& each : connections) CHECK(each->read_some().has_value());
}
