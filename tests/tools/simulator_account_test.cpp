#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/tools/simulator_client.hpp"
#include "tests/tools/simulator_service_fixture.hpp"
#include "tools/simulator/running_server.hpp"

using tests::ask;

TEST_CASE("an input is bought each time that a whole 200 contains it")
{
    simulator::running_server server;
    const auto port = server.port();
    CHECK(ask(port, "POST", tests::classic_embeddings, R"({"input":["a","b"]})").status == 200);
    CHECK(ask(port, "POST", tests::classic_embeddings, R"({"input":["b","c","d"]})").status == 200);
    CHECK(ask(port, "POST", tests::classic_embeddings, R"({"input":["e",""]})").status == 400);

    auto& account = server.account();
    CHECK(account.count_of("a").bought == 1);
    CHECK(account.count_of("b").bought == 2);
    CHECK(account.count_of("e").asked == 0);
    const auto totals = account.totals();
    CHECK(totals.requests == 3);
    CHECK(totals.first_arrival_ms > 0);
    CHECK(totals.ok == 2);
    CHECK(totals.refused == std::map<int, std::uint64_t>{{400, 1}});
    CHECK(totals.inputs == 5);
    CHECK(totals.distinct_inputs == 4);
    CHECK(totals.bought_inputs == 5);
    CHECK(totals.max_bought_per_input == 2);
    CHECK(totals.inputs_per_request == std::map<std::size_t, std::uint64_t>{{2, 1}, {3, 1}});
    CHECK(totals.billed_tokens == 5);
    CHECK(totals.admitted_tokens > 0);
    CHECK(totals.in_flight == 0);
}

TEST_CASE("what a reply leaves out is not bought")
{
    simulator::running_server server;
    server.set_faults(R"([{"then":{"answers":"one_missing"}}])");
    CHECK(ask(server.port(), "POST", tests::classic_embeddings, R"({"input":["a","b"]})").status == 200);
    CHECK(server.account().count_of("a").bought == 1);
    CHECK(server.account().count_of("b").asked == 1);
    CHECK(server.account().count_of("b").bought == 0);
}

TEST_CASE("a chat is one input, the texts of its messages")
{
    simulator::running_server server;
    CHECK(ask(server.port(), "POST", tests::classic_chat,
              R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]})")
              .status == 200);
    CHECK(server.account().count_of("s\nu").bought == 1);
}

TEST_CASE("a prompt with several choices is bought once")
{
    simulator::running_server server;
    CHECK(ask(server.port(), "POST", tests::classic_completions, R"({"prompt":["p","q"],"n":3})").status ==
          200);
    CHECK(server.account().count_of("p").bought == 1);
    CHECK(server.account().totals().bought_inputs == 2);
}

TEST_CASE("many clients at once are all in the account")
{
    simulator::running_server server{{.latency = std::chrono::milliseconds{1}}};
    constexpr int clients = 8;
    constexpr int requests = 25;
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client) {
        threads.emplace_back([&server, client] {
            tests::raw_connection connection{server.port()};
            for (int at = 0; at < requests; ++at) {
                const auto text = std::to_string(client) + " " + std::to_string(at);
                static_cast<void>(connection.ask("POST", tests::classic_embeddings,
                                                 "{\"input\":\"" + text + "\",\"dimensions\":8}"));
                static_cast<void>(server.account().count_of(text));
            }
        });
    }
    for (auto& each : threads) each.join();
    const auto totals = server.account().totals();
    CHECK(totals.ok == clients * requests);
    CHECK(totals.distinct_inputs == clients * requests);
    CHECK(totals.max_bought_per_input == 1);
    CHECK(totals.most_in_flight <= clients);
}
