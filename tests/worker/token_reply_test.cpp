#include "worker/token_reply.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using pipeline::errc;

namespace {

constexpr std::chrono::sys_seconds now{1'700'000'000s};

pipeline::result<worker::access_token> read(std::string body) { return worker::read_token_reply(body, now); }

}  // namespace

TEST_CASE("every issuer's way of saying how long a token lasts is understood")
{
    struct form {
        std::string body;
        config::duration lifetime;
    };
    const std::vector<form> forms{
        {R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"t"})", 3599s},
        {R"({"access_token":"t","refresh_token":"","expires_in":"3599","expires_on":"1","resource":"r"})",
         3599s},
        {R"({"access_token":"t","expires_on":"1700003600","token_type":"Bearer","client_id":"c"})", 1h},
        {R"({"access_token":"t","expires_on":1700003600})", 1h},
        {R"({"access_token":"t","expires_on":"2023-11-14T23:13:20+00:00"})", 1h},
        {R"({"access_token":"t","expires_on":"Tue, 14 Nov 2023 23:13:20 GMT"})", 1h},
        {R"({"accessToken":"t","expiresOn":"2023-11-15 00:13:20.000000","expires_on":1700003600})", 1h},
        {R"({"access_token":"t","expires_in":null,"expires_on":"1700003600"})", 1h},
        {R"({"access_token":"t","expires_in":9223372036854775807})", 720h},
    };
    for (const auto& each : forms) {
        CAPTURE(each.body);
        const auto token = read(each.body);
        REQUIRE(token.has_value());
        CHECK(token->value.reveal() == "t");
        CHECK(token->lifetime == each.lifetime);
        CHECK_FALSE(token->refresh_in);
    }
}

TEST_CASE("the issuer may say when it wants to be asked again")
{
    CHECK(read(R"({"access_token":"t","expires_in":86399,"refresh_in":"43199"})")->refresh_in == 43199s);
    CHECK_FALSE(read(R"({"access_token":"t","expires_in":86399,"refresh_in":-1})")->refresh_in);
}

TEST_CASE("what is no usable token fails as garbage, and the failure repeats none of it")
{
    for (const std::string body : {
             R"()",
             R"(null)",
             R"(["s3cret"])",
             R"(<html>s3cret</html>)",
             R"({"access_token":"s3cret")",
             R"({"expires_in":3599})",
             R"({"access_token":"","expires_in":3599})",
             R"({"access_token":17,"expires_in":3599})",
             R"({"access_token":"s3cret"})",
             R"({"access_token":"s3cret","expires_in":"soon"})",
             R"({"access_token":"s3cret","expires_in":"3599 "})",
             R"({"access_token":"s3cret","expires_in":0})",
             R"({"access_token":"s3cret","expires_in":-5})",
             R"({"access_token":"s3cret","expires_on":"1699999999"})",
             R"({"access_token":"s3cret","expires_on":-9223372036854775808})",
             R"({"access_token":"s3cret\r\nX-Other: 1","expires_in":3599})",
             R"({"access_token":"s3cret é","expires_in":3599})",
             R"({"accessToken":"s3cret","expiresOn":"2023-11-15 00:13:20.000000"})",
         }) {
        CAPTURE(body);
        const auto token = read(body);
        REQUIRE(token.has_error());
        CHECK(static_cast<int>(token.error().reason()) == static_cast<int>(errc::transient));
        CHECK(token.error().code() == worker::token_failure::garbage);
        CHECK(token.error().detail().find("s3cret") == std::string::npos);
    }
}

TEST_CASE("a token that no header could carry for its length is none")
{
    CHECK(read(R"({"expires_in":1,"access_token":")" + std::string(24'000, 'x') + "\"}").has_value());
    CHECK(read(R"({"expires_in":1,"access_token":")" + std::string(25'000, 'x') + "\"}").has_error());
}

TEST_CASE("the body is overwritten whether it held a token or not")
{
    for (std::string body :
         {R"({"access_token":"s3cret","expires_in":3599})", R"({"access_token":"s3cret")"}) {
        static_cast<void>(worker::read_token_reply(body, now));
        CHECK(std::ranges::all_of(body, [](char c) { return c == '\0'; }));
    }
}
