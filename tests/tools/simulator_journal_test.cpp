#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/scratch_file.hpp"
#include "tests/tools/simulator_client.hpp"
#include "tools/simulator/running_server.hpp"

namespace {

std::string text_of(const rapidjson::Value& object, const char* name)
{
    const auto found = object.FindMember(name);
    if (found == object.MemberEnd() || !found->value.IsString()) return "(no text)";
    return {found->value.GetString(), found->value.GetStringLength()};
}

std::vector<rapidjson::Document> lines_of(const std::string& path)
{
    std::vector<rapidjson::Document> lines;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        CAPTURE(line);
        REQUIRE_FALSE(lines.emplace_back().Parse(line.data(), line.size()).HasParseError());
    }
    return lines;
}

}  // namespace

TEST_CASE("the journal has the call that a client has just read, byte by byte")
{
    const tests::scratch_file file{""};
    const std::string body = "{\"input\":\"a\\nb\",\n \"model\":\"m\", \"dimensions\":1}";
    simulator::running_server server{{.journal = file.path()}};
    const auto reply = tests::ask(server.port(), "POST", "/v1/embeddings?x=1", body);

    const auto lines = lines_of(file.path());
    REQUIRE(lines.size() == 1);
    const auto& line = lines.front();
    CHECK(text_of(line, "method") == "POST");
    CHECK(text_of(line, "target") == "/v1/embeddings?x=1");
    CHECK(text_of(line, "body") == body);
    CHECK(line["status"].GetInt() == 200);
    CHECK(text_of(line, "answer") == reply.body);
    CHECK(text_of(line["answer_headers"], "content-type") == "application/json");
    CHECK(text_of(line["headers"], "host") == "test");
    CHECK(line["whole"].GetBool());
}

TEST_CASE("refused calls are in the journal, the simulator's own paths are not")
{
    const tests::scratch_file file{"{}\n"};
    {
        simulator::running_server server{{.journal = file.path()}};
        static_cast<void>(tests::ask(server.port(), "POST", "/nowhere", "no JSON \xFF\x01"));
        static_cast<void>(tests::ask(server.port(), "GET", "/simulator/account"));
    }
    const auto lines = lines_of(file.path());
    REQUIRE(lines.size() == 2);  // the one that was there before stays
    CHECK(lines.back()["status"].GetInt() == 404);
    CHECK(text_of(lines.back(), "body") == "no JSON \xC3\xBF\x01");
}

TEST_CASE("an answer that does not arrive whole is marked in the journal")
{
    const tests::scratch_file file{""};
    simulator::running_server server{{.journal = file.path()}};
    server.set_faults(R"([{"then":{"cut_after_bytes":5}}])");
    static_cast<void>(tests::ask(server.port(), "POST", "/v1/embeddings", R"({"input":"x","model":"m"})"));
    const auto lines = lines_of(file.path());
    REQUIRE(lines.size() == 1);
    CHECK_FALSE(lines.front()["whole"].GetBool());
}

TEST_CASE("no credential gets into the journal, but the scheme that it came with")
{
    const tests::scratch_file file{""};
    simulator::running_server server{{.journal = file.path()}};
    tests::raw_connection peer{server.port()};
    peer.send(tests::raw_request("POST", "/v1/embeddings", R"({"input":"x","model":"m"})",
                                 "authorization: Bearer hidden-1\r\nApi-Key: hidden-2\r\n"
                                 "ocp-apim-subscription-key: hidden-3\r\ncookie: a=hidden-4\r\n"));
    static_cast<void>(peer.read_reply());

    const auto lines = lines_of(file.path());
    REQUIRE(lines.size() == 1);
    const auto& headers = lines.front()["headers"];
    CHECK(text_of(headers, "authorization") == "Bearer ***");
    CHECK(text_of(headers, "api-key") == "***");
    CHECK(text_of(headers, "ocp-apim-subscription-key") == "***");

    std::ifstream text{file.path()};
    const std::string all{std::istreambuf_iterator<char>{text}, {}};
    CHECK(all.find("hidden") == std::string::npos);
}

TEST_CASE("a journal that cannot be written is said at the start")
{
    CHECK_THROWS(simulator::running_server{{.journal = "/nonexistent/journal"}});
}
