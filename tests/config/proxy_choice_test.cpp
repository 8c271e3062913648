#include "config/proxy_choice.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

using config::proxy_choice;
using config::proxy_exceptions;
using config::proxy_settings;
using variables = std::map<std::string, std::string, std::less<>>;

config::variable_lookup environment(variables set)
{
    return [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional{found->second};
    };
}

/// Where a connection to that URL goes first: the described proxy, "directly", or what is wrong.
std::string way(const proxy_choice& choice, std::string_view url)
{
    const auto chosen = choice.for_server(std::get<config::endpoint>(config::parse_endpoint(url)));
    if (const auto* const wrong = std::get_if<std::string>(&chosen)) return *wrong;
    const auto& proxy = std::get<std::optional<proxy_settings>>(chosen);
    return proxy ? config::described(*proxy) : "directly";
}

std::string way(variables set, std::string_view url)
{
    return way(proxy_choice{environment(std::move(set))}, url);
}

/// The settings of a file with that line in it, in that environment.
config::settings loaded(const std::string& line, variables set)
{
    auto text = base_text();
    text.insert(text.find("\"kafka\""), line);
    auto result = config::load(text, "file.json", environment(std::move(set)));
    REQUIRE(std::holds_alternative<config::settings>(result));
    return std::get<config::settings>(std::move(result));
}

}  // namespace

TEST_CASE("exceptions are hosts with all below them, addresses, networks and ports")
{
    struct row {
        std::string list;
        std::string host;
        bool expected;
        std::uint16_t port = 443;
    };
    const std::vector<row> rows{
        {"corp.test", "corp.test", true},
        {"corp.test", "a.corp.test", true},
        {"corp.test", "a.b.corp.test", true},
        {"corp.test", "notcorp.test", false},
        {"corp.test", "corp.test.example", false},
        {"corp.test", "test", false},
        {"corp.test", "corp.test.", true},
        {".corp.test", "a.corp.test", true},
        {".corp.test", "corp.test", true},
        {"*.corp.test", "a.corp.test", true},
        {"CORP.Test", "a.corp.test", true},
        {"a.test, b.test\tc.test", "b.test", true},
        {"a.test,,b.test", "b.test", true},
        {"*", "anything.test", true},
        {"*", "::1", true},
        {"x,*", "anything.test", true},
        {"", "anything.test", false},
        {"a.test:8443", "a.test", true, 8443},
        {"a.test:8443", "a.test", false, 443},
        {"10.1.2.3", "10.1.2.3", true},
        {"10.1.2.3", "110.1.2.3", false},
        {"1.2.3", "10.1.2.3", false},
        {"10.1.2.3:80", "10.1.2.3", true, 80},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.16.0.0/12", "10.31.255.255", true},
        {"10.16.0.0/12", "10.32.0.0", false},
        {"10.16.0.0/12", "host.10.16.0.0", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},
        {"[fd00::1]", "fd00::1", true},
        {"[fd00::1]:443", "fd00::1", true, 443},
        {"[fd00::1]:443", "fd00::1", false, 80},
        {"fd00::1", "fd00:0::1", true},
        {"fd00::/8", "fdab::7", true},
        {"fd00::/8", "fe80::7", false},
        {"10.0.0.0/33,10.0.0.0/x,a.test/8,a.test:0,a.test:99999,/,:,[,.", "10.0.0.0", false},
        {"10.0.0.0/33,a.test/8,a.test:0,a.test:99999", "a.test", false},
    };
    for (const auto& each : rows)
        CHECK_MESSAGE(proxy_exceptions{each.list}.contain(each.host, each.port) == each.expected, each.list,
                      " ", each.host);
}

TEST_CASE("a proxy comes from the variable of the scheme, else from that for all, lower case first")
{
    const std::string https = "https://a.test";
    const std::string http = "http://a.test";
    CHECK(way({}, https) == "directly");
    CHECK(way({{"HTTPS_PROXY", "http://p:1"}}, https) == "p:1, by HTTPS_PROXY");
    CHECK(way({{"HTTPS_PROXY", "http://p:1"}}, http) == "directly");
    CHECK(way({{"https_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:2"}}, https) ==
          "p:1, by https_proxy");
    CHECK(way({{"HTTP_PROXY", "http://p:1"}}, https) == "directly");
    CHECK(way({{"HTTP_PROXY", "http://p:1"}}, http) == "p:1, by HTTP_PROXY");
    CHECK(way({{"http_proxy", "http://p:1"}}, http) == "p:1, by http_proxy");
    CHECK(way({{"ALL_PROXY", "p:3128"}}, https) == "p:3128, by ALL_PROXY");
    CHECK(way({{"all_proxy", "p"}}, http) == "p, by all_proxy");
    CHECK(way({{"https_proxy", ""}, {"ALL_PROXY", "p:3128"}}, https) == "p:3128, by ALL_PROXY");
    CHECK(way({{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", "b.test"}}, https) == "p:1, by HTTPS_PROXY");
    CHECK(way({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "test"}}, https) == "directly");
    CHECK(way({{"HTTPS_PROXY", "http://[fd00::1]:1/"}}, https) == "[fd00::1]:1, by HTTPS_PROXY");
}

TEST_CASE("a password in a variable's URL stays there, and none of the URL is ever repeated")
{
    const proxy_choice choice{environment({{"HTTPS_PROXY", "http://us%40er:pa@ss@P.test:8080"}})};
    CHECK(way(choice, "https://a.test") == "p.test:8080 with the account of its URL, by HTTPS_PROXY");
    for (const std::string wrong :
         {"socks5://hidden:hidden@p:1", "https://hidden:hidden@p:1", "http://hidden@",
          "http://hidden:hid/den@p:1", "http://p/hidden", "http://p:99999"}) {
        const auto said = way({{"HTTPS_PROXY", wrong}}, "https://a.test");
        CHECK_MESSAGE(said.find("HTTPS_PROXY, which is ") != std::string::npos, said);
        CHECK_MESSAGE(said.find("hid") == std::string::npos, said);
    }
}

TEST_CASE("what is on this machine or its link is reached directly, and the metadata service is")
{
    const proxy_choice choice{environment({{"ALL_PROXY", "http://p:1"}})};
    for (const std::string near :
         {"localhost", "127.0.0.1", "127.8.9.1", "[::1]", "169.254.169.254", "[fe80::1]"})
        CHECK_MESSAGE(way(choice, "http://" + near + ":1234") == "directly", near);
    for (const std::string far : {"localhost.test", "128.0.0.1", "169.255.0.1", "[fd00::1]", "10.0.0.1"})
        CHECK_MESSAGE(way(choice, "http://" + far + ":1234") == "p:1, by ALL_PROXY", far);
}

TEST_CASE("the file's proxy wins over the environment's, and a deployment's over both")
{
    const variables set{{"HTTPS_PROXY", "http://env:1"}, {"NO_PROXY", "res.openai.azure.com"}};
    const auto proxy_of = [](const config::settings& made) {
        const auto& proxy = made.deployments.at(0).proxy;
        return proxy ? config::described(*proxy) : "directly";
    };
    CHECK(proxy_of(loaded("", {{"HTTPS_PROXY", "http://env:1"}})) == "env:1, by HTTPS_PROXY");
    CHECK(proxy_of(loaded("", set)) == "directly");
    CHECK(proxy_of(loaded(R"("proxy": {"url": "http://file:2"},)", set)) == "directly");
    CHECK(proxy_of(loaded(R"("proxy": {"url": "http://file:2", "except": "x.test"},)", set)) ==
          "file:2, by proxy");
    CHECK(proxy_of(loaded(R"("proxy": {"url": "http://file:2", "except": ["x.test", "azure.com"]},)", set)) ==
          "directly");
    CHECK(proxy_of(loaded(R"("proxy": {"url": "direct"},)", {{"HTTPS_PROXY", "http://env:1"}})) ==
          "directly");

    const auto own = [&](const std::string& proxy) {
        const auto text =
            changed(R"("deployment": "emb",)", R"("deployment": "emb", "proxy": )" + proxy + ",");
        auto result = config::load(text, "file.json", environment(set));
        REQUIRE(std::holds_alternative<config::settings>(result));
        return proxy_of(std::get<config::settings>(result));
    };
    CHECK(own(R"({"url": "direct"})") == "directly");
    CHECK(own(R"({"url": "own:3", "username": "me", "password": {"env": "P"}})") ==
          "own:3 as me, by deployments.vectors.proxy");
}

TEST_CASE(
    "a sign-in goes through the proxy for all, a variable that cannot be used is told where it would be")
{
    const auto text = changed(R"("deployment": "emb",)",
                              R"("deployment": "emb", "proxy": {"url": "direct"}, "auth": {"entra_id": {
                                 "source": "client_secret", "tenant": "t", "client_id": "c",
                                 "client_secret": {"env": "S"}}},)");
    const auto good = config::load(text, "file.json", environment({{"HTTPS_PROXY", "http://p:1"}}));
    REQUIRE(std::holds_alternative<config::settings>(good));
    const auto& made = std::get<config::settings>(good).deployments.at(0);
    CHECK_FALSE(made.proxy);
    REQUIRE(made.auth.entra_id->proxy);
    CHECK(made.auth.entra_id->proxy->host == "p");

    const auto bad = config::load(text, "file.json", environment({{"HTTPS_PROXY", "socks5://p:1"}}));
    const auto* const problems = std::get_if<std::vector<config::problem>>(&bad);
    REQUIRE(problems != nullptr);
    REQUIRE(problems->size() == 1);
    CHECK(problems->front().path == "deployments.vectors.auth.entra_id");
    CHECK(problems->front().message.find("of the variable HTTPS_PROXY, which is of a kind") !=
          std::string::npos);
}

}  // namespace tests
