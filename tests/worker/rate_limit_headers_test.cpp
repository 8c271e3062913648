#include "worker/rate_limit_headers.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using pipeline::quota_notice;
using worker::read_quota_notice;

namespace {

struct field {
    std::string name;
    std::string value;
};

quota_notice notice_of(const std::vector<field>& fields)
{
    worker::http_headers headers;
    for (const auto& each : fields) headers.add(each.name, each.value);
    return read_quota_notice(headers);
}

quota_notice tokens(const std::string& limit, const std::string& remaining)
{
    return notice_of({{"x-ratelimit-limit-tokens", limit}, {"x-ratelimit-remaining-tokens", remaining}});
}

}  // namespace

TEST_CASE("an answer says what its deployment's limits are and what is left of them")
{
    const auto notice = notice_of({{"x-ratelimit-limit-tokens", "350000"},
                                   {"X-RateLimit-Remaining-Tokens", " 349100\t"},
                                   {"x-ratelimit-limit-requests", "2100"},
                                   {"x-ratelimit-remaining-requests", "349"},
                                   {"x-ratelimit-reset-tokens", "1s"}});
    CHECK(notice == quota_notice{350'000, 349'100, 2'100, 349, {}});
}

TEST_CASE("what an answer does not say is absent")
{
    CHECK(notice_of({}) == quota_notice{});
    CHECK(notice_of({{"x-ratelimit-remaining-tokens", "61353"}}) == quota_notice{{}, 61'353, {}, {}, {}});
    CHECK(notice_of({{"x-ratelimit-limit-requests", "6"}}) == quota_notice{{}, {}, 6, {}, {}});
}

TEST_CASE("nothing left is an answer too")
{
    CHECK(tokens("1000", "0") == quota_notice{1'000, 0, {}, {}, {}});
}

TEST_CASE("a limit that cannot be true takes its remainder with it")
{
    for (const std::string limit : {"-1", "0", "1000000000001", "9223372036854775807", "9223372036854775808",
                                    "99999999999999999999999999", "1e6", "1000, 1000", "0x10", "+5", "many",
                                    "1000 tokens", "1000.5", "nan"}) {
        CAPTURE(limit);
        CHECK(tokens(limit, "0") == quota_notice{});
        CHECK(tokens(limit, "-1") == quota_notice{});
    }
    CHECK(tokens("1000000000000", "7") == quota_notice{1'000'000'000'000, 7, {}, {}, {}});
}

TEST_CASE("a remainder that cannot be true is absent, and its limit stays")
{
    for (const std::string remaining : {"-1", "1001", "99999999999999999999", "", "lots", "12.5"}) {
        CAPTURE(remaining);
        CHECK(tokens("1000", remaining) == quota_notice{1'000, {}, {}, {}, {}});
    }
}

TEST_CASE("tokens and requests do not spoil each other")
{
    CHECK(notice_of({{"x-ratelimit-limit-tokens", "-1"},
                     {"x-ratelimit-remaining-tokens", "-1"},
                     {"x-ratelimit-limit-requests", "60"},
                     {"x-ratelimit-remaining-requests", "59"}}) == quota_notice{{}, {}, 60, 59, {}});
}

TEST_CASE("the utilization of a provisioned deployment is a share")
{
    const auto utilization = [](const std::string& text) {
        return notice_of({{"azure-openai-deployment-utilization", text}}).utilization;
    };
    CHECK(utilization("37.5%") == 0.375);
    CHECK(utilization("0%") == 0.0);
    CHECK(utilization(" 100.0 % ") == 1.0);
    CHECK(utilization("125%") == 1.25);
    for (const std::string text :
         {"", "%", "37.2", "-1%", "nan%", "inf%", "1001%", "1e400%", "a lot%", "37.2%%"}) {
        CAPTURE(text);
        CHECK_FALSE(utilization(text));
    }
}
