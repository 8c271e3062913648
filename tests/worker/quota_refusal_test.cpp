#include "worker/quota_refusal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "worker/service_answer.hpp"

using pipeline::errc;
using pipeline::limit_kind;

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds{784111777}};

struct field {
    std::string name;
    std::string value;
};

pipeline::failure refusal(const std::string& body, const std::vector<field>& headers = {},
                          config::tokens may_generate = {})
{
    worker::http_answer answer{.status = 429, .headers = {}, .body = pipeline::shared_bytes::copy_of(body)};
    for (const auto& each : headers) answer.headers.add(each.name, each.value);
    return worker::failure_of(answer, now, may_generate);
}

std::string error_of(const std::string& message, const std::string& type = "", const std::string& code = "")
{
    return R"({"error":{"message":")" + message + R"(","type":")" + type + R"(","code":")" + code + R"("}})";
}

const std::string azure_words =
    "Requests to the Embeddings_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded ";

}  // namespace

TEST_CASE("a 429 says which limit it is about, in the words of each service")
{
    struct saying {
        std::string body;
        limit_kind limit;
    };
    const std::vector<saying> sayings{
        {error_of(azure_words + "call rate limit of your current OpenAI S0 pricing tier."),
         limit_kind::requests},
        {error_of(azure_words + "token rate limit of your current OpenAI S0 pricing tier."),
         limit_kind::tokens},
        {error_of(
             "Your requests to gpt-4o for talk in Sweden Central have exceeded the token rate limit for your "
             "current AIServices S0 pricing tier.",
             "", "RateLimitReached"),
         limit_kind::tokens},
        {error_of("...", "tokens", "rate_limit_exceeded"), limit_kind::tokens},
        {error_of("...", "requests", "rate_limit_exceeded"), limit_kind::requests},
        {error_of(
             "Rate limit reached for gpt-4 on tokens per min (TPM): Limit 10000, Used 8782, Requested 8172."),
         limit_kind::tokens},
        {error_of("Rate limit reached for gpt-4 on requests per min (RPM): Limit 3, Used 3, Requested 1."),
         limit_kind::requests},
        {error_of("Rate limit reached for gpt-4 on requests per day (RPD): Limit 200, Used 200."),
         limit_kind::requests},
        {error_of("The system is currently experiencing high demand."), limit_kind::unknown},
        {"<html>slow down</html>", limit_kind::unknown},
        {"", limit_kind::unknown},
    };
    for (const auto& each : sayings) {
        CAPTURE(each.body);
        const auto why = refusal(each.body);
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::throttled));
        CHECK(static_cast<int>(why.limit()) == static_cast<int>(each.limit));
    }
}

TEST_CASE("where the words do not say which limit it is, the remainder that is zero does")
{
    const field no_tokens{"x-ratelimit-remaining-tokens", "0"};
    const field no_requests{"x-ratelimit-remaining-requests", "0"};
    const field some_requests{"x-ratelimit-remaining-requests", "7"};
    const auto limit_of = [](const std::vector<field>& headers) {
        return static_cast<int>(refusal("", headers).limit());
    };
    CHECK(limit_of({no_tokens, some_requests}) == static_cast<int>(limit_kind::tokens));
    CHECK(limit_of({no_tokens}) == static_cast<int>(limit_kind::tokens));
    CHECK(limit_of({no_requests}) == static_cast<int>(limit_kind::requests));
    CHECK(limit_of({no_tokens, no_requests}) == static_cast<int>(limit_kind::unknown));
    CHECK(limit_of({some_requests}) == static_cast<int>(limit_kind::unknown));
}

TEST_CASE("a refusal carries what its headers say of the limits")
{
    const auto why = refusal(error_of("..."),
                             {{"x-ratelimit-limit-tokens", "60000"}, {"x-ratelimit-remaining-tokens", "12"}});
    CHECK(why.quota().limit_tokens == 60'000);
    CHECK(why.quota().remaining_tokens == 12);
    CHECK_FALSE(why.quota().limit_requests);
}

TEST_CASE("a service that wants to be left alone for more than ten minutes is no throttling: it stops loudly")
{
    const auto body = error_of(azure_words + "token rate limit. Please retry after 86400 seconds.");
    const auto reason_with = [&](const std::string& wait) {
        return static_cast<int>(refusal(body, {{"retry-after", wait}}).reason());
    };
    for (const std::string wait : {"7", "60", "600"}) {
        CAPTURE(wait);
        CHECK(reason_with(wait) == static_cast<int>(errc::throttled));
    }
    for (const std::string wait : {"601", "86400", "2592000"}) {
        CAPTURE(wait);
        CHECK(reason_with(wait) == static_cast<int>(errc::deployment_stopped));
    }
    // Not what a service would ask for.
    for (const std::string wait : {"0", "-1", "99999999", "soon"}) {
        CAPTURE(wait);
        CHECK(reason_with(wait) == static_cast<int>(errc::throttled));
    }
    const auto why = refusal(body, {{"retry-after", "86400"}});
    CHECK(why.detail().find("a quota of a day") != std::string::npos);
    CHECK(static_cast<int>(why.limit()) == static_cast<int>(limit_kind::unknown));
}

TEST_CASE("exhausted money stays what it is, however long the service asks us to wait")
{
    const auto why =
        refusal(error_of("You exceeded your current quota", "insufficient_quota"), {{"retry-after", "7"}});
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(why.code() == "insufficient_quota");
    CHECK(why.detail().find("spending limit") != std::string::npos);
}

TEST_CASE("a request above the whole quota is made smaller: waiting would not help it")
{
    const auto why = refusal(
        error_of("Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, "
                 "Requested 40000. The input or output tokens must be reduced in order to run successfully.",
                 "tokens", "rate_limit_exceeded"));
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::too_large));
    CHECK(why.code() == "request_above_quota");
}

TEST_CASE("a service that does not say so is believed by its limit: one absurd max_tokens stops nobody else")
{
    const auto body = error_of(azure_words + "token rate limit. Please retry after 86400 seconds.");
    const std::vector<field> headers{{"retry-after", "86400"}, {"x-ratelimit-limit-tokens", "30000"}};
    const auto reason_of = [&](config::tokens may_generate) {
        return static_cast<int>(refusal(body, headers, may_generate).reason());
    };
    CHECK(reason_of(config::tokens{30'001}) == static_cast<int>(errc::too_large));
    CHECK(reason_of(config::tokens{30'000}) == static_cast<int>(errc::deployment_stopped));
    CHECK(reason_of(config::tokens{0}) == static_cast<int>(errc::deployment_stopped));
}
