#include "worker/token_refusal.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "worker/token_source.hpp"

using namespace std::chrono_literals;
using pipeline::errc;
using worker::token_issuer;

namespace {

pipeline::failure refusal(int status, std::string_view body, token_issuer from = token_issuer::entra_id,
                          std::string_view retry_after = {})
{
    worker::http_answer answer;
    answer.status = status;
    answer.body = pipeline::shared_bytes::copy_of(body);
    if (!retry_after.empty()) answer.headers.add("Retry-After", retry_after);
    return worker::token_refusal(answer, from, std::chrono::sys_seconds{1'700'000'000s});
}

/// An error body as Entra ID writes it.
std::string entra_error(const std::string& word, int number, const std::string& sentence)
{
    const auto digits = std::to_string(number);
    return R"({"error":")" + word + R"(","error_description":"AADSTS)" + digits + ": " + sentence +
           R"(\r\nTrace ID: 7d0f\r\nCorrelation ID: 5c2a\r\nTimestamp: 2026-01-01 00:00:00Z","error_codes":[)" +
           digits + R"(],"timestamp":"2026-01-01 00:00:00Z","trace_id":"7d0f","correlation_id":"5c2a",)" +
           R"("error_uri":"https://login.microsoftonline.com/error?code=)" + digits + "\"}";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("what is wrong with the configuration stops the deployment and names the setting")
{
    struct row {
        std::string word;
        int number;
        std::string setting;
    };
    const std::vector<row> rows{
        {"invalid_client", 7000215, "client_secret"},
        {"invalid_client", 7000222, "client_secret"},
        {"unauthorized_client", 700016, "client_id"},
        {"invalid_request", 90002, "tenant"},
        {"invalid_request", 900023, "tenant"},
        {"invalid_scope", 70011, "scope"},
        {"invalid_scope", 1002012, "scope"},
        {"invalid_resource", 500011, "scope"},
        {"invalid_client", 700027, "certificate"},
        {"invalid_client", 700024, "federated_token_file"},
        {"invalid_request", 70021, "federated credential"},
        {"invalid_client", 700213, "federated credential"},
        {"access_denied", 53003, "Conditional Access"},
        {"unauthorized_client", 7000112, "enabled"},
    };
    for (const auto& each : rows) {
        CAPTURE(each.number);
        const auto why =
            refusal(each.number == 90002 ? 400 : 401, entra_error(each.word, each.number, "Sentence."));
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::deployment_stopped));
        CHECK(why.code() == "AADSTS" + std::to_string(each.number));
        CHECK(has(why.detail(), each.word));
        CHECK(has(why.detail(), "AADSTS" + std::to_string(each.number) + ": Sentence."));
        CHECK(has(why.detail().substr(why.detail().find(';')), each.setting));
        CHECK_FALSE(has(why.detail(), "Trace ID"));
    }
}

TEST_CASE("a number that is not known is quoted without advice")
{
    const auto why = refusal(400, entra_error("invalid_grant", 50079, "Strong authentication is required."));
    CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(why.code() == "AADSTS50079");
    CHECK_FALSE(has(why.detail(), ";"));
}

TEST_CASE("what passes by itself is tried again")
{
    const auto check = [](const pipeline::failure& why) {
        CHECK(static_cast<int>(why.reason()) == static_cast<int>(errc::transient));
    };
    for (const int status : {408, 429, 500, 502, 503, 504}) check(refusal(status, ""));
    check(refusal(400, R"({"error":"temporarily_unavailable","error_description":"later"})"));
    check(refusal(400, entra_error("invalid_request", 90033, "A transient error has occurred.")));
    CHECK(refusal(429, "{}", token_issuer::entra_id, "17").retry_after() == 17s);
}

TEST_CASE("a host that is being updated is asked again, one without the identity is not there")
{
    for (const int status : {404, 410, 429, 500, 503})
        CHECK(static_cast<int>(refusal(status, "", token_issuer::host).reason()) ==
              static_cast<int>(errc::transient));

    const auto none = refusal(400, R"({"error":"invalid_request","error_description":"Identity not found"})",
                              token_issuer::host);
    CHECK(static_cast<int>(none.reason()) == static_cast<int>(errc::deployment_stopped));
    CHECK(none.code() == worker::token_failure::unavailable);
    CHECK(has(none.detail(), "Identity not found"));
    CHECK(static_cast<int>(refusal(403, "", token_issuer::host).reason()) ==
          static_cast<int>(errc::deployment_stopped));
}

TEST_CASE("a body that is no JSON is not quoted: it may repeat what was sent")
{
    const auto why = refusal(400, "<html>client_secret=s3cret</html>");
    CHECK(why.code() == "http_400");
    CHECK_FALSE(has(why.detail(), "s3cret"));
    CHECK(has(why.detail(), "400"));
}

TEST_CASE("every shape of an error body is read, and none breaks anything")
{
    CHECK(has(refusal(401, R"({"statusCode":401,"message":"Unauthorized"})").detail(), "Unauthorized"));
    CHECK(has(refusal(400, R"({"error":{"code":"x","message":"why"}})").detail(), "why"));
    for (const std::string body : {"", "[]", "{", R"({"error":7,"error_codes":["a"]})",
                                   R"({"error_codes":[]})", R"({"error":"with spaces and \u0007"})"})
        CHECK(refusal(400, body).code() == "http_400");
}
