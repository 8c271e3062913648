#include "worker/service_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "worker/excerpt.hpp"
#include "worker/quota_refusal.hpp"
#include "worker/rate_limit_headers.hpp"
#include "worker/retry_after.hpp"
#include "worker/service_error.hpp"
#include "worker/token_counts.hpp"

namespace worker {

namespace {

using pipeline::errc;

constexpr std::size_t longest_message = 300;
constexpr std::size_t longest_code = 64;

constexpr std::string_view mend_key = "check auth of this deployment";
constexpr std::string_view mend_access =
    "check auth of this deployment, and that the service admits this network";
constexpr std::string_view mend_money = "add credit or raise the spending limit at the service";
constexpr std::string_view mend_capacity = "raise the capacity at the service";
constexpr std::string_view mend_long_wait =
    "this is no quota of a minute: look at the service whether a quota of a day, or of a trial, is used up";
constexpr std::string_view mend_name = "check deployment and endpoint of this deployment";
constexpr std::string_view mend_url = "check endpoint, api and api_version of this deployment";
constexpr std::string_view mend_redirect = "set endpoint of this deployment to where the service is";
constexpr std::string_view mend_headers = "something between here and the service adds or limits headers";
constexpr std::string_view mend_operation =
    "give the route a deployment whose model offers its operation, and whose api has a URL for it";

/// What to do, and for those who can mend it, where to look.
struct reaction {
    errc reason;
    std::string_view advice;
};

struct known_word {
    std::string_view word;
    reaction calls_for;
};

/// Words that services give as `code` or `type` of a 4xx, and that say more than the status does.
constexpr std::array known_words{
    known_word{"content_filter", {errc::filtered, {}}},
    known_word{"content_policy_violation", {errc::filtered, {}}},
    known_word{"ResponsibleAIPolicyViolation", {errc::filtered, {}}},
    known_word{"context_length_exceeded", {errc::too_long, {}}},
    known_word{"exceed_context_size_error", {errc::too_long, {}}},
    known_word{"max_tokens_per_request", {errc::too_large, {}}},
    known_word{"insufficient_quota", {errc::deployment_stopped, mend_money}},
    known_word{"credit_balance_exhausted", {errc::deployment_stopped, mend_money}},
    known_word{"billing_hard_limit_reached", {errc::deployment_stopped, mend_money}},
    known_word{"billing_not_active", {errc::deployment_stopped, mend_money}},
    known_word{"CapacityLimitExceeded", {errc::deployment_stopped, mend_capacity}},
    known_word{"invalid_api_key", {errc::deployment_stopped, mend_key}},
    known_word{"DeploymentNotFound", {errc::deployment_stopped, mend_name}},
    known_word{"model_not_found", {errc::deployment_stopped, mend_name}},
    known_word{"OperationNotSupported", {errc::route_stopped, mend_operation}},
};

/// Phrases after which a service names the most inputs that it takes in one request, where it has no code
/// for that: OpenAI and Azure, text-embeddings-inference, DashScope.
constexpr std::array<std::string_view, 3> most_inputs_phrases{
    "max number of inputs is ", "maximum allowed batch size ",
    "batch size is invalid, it should not be larger than "};

bool is_client_error(int status) { return status >= 400 && status < 500; }

reaction by_status(int status)
{
    if (status == 501) return {errc::route_stopped, mend_operation};
    if (status == 504) return {errc::timed_out, {}};
    if (status < 300 || status >= 500) return {errc::transient, {}};
    if (status < 400) return {errc::deployment_stopped, mend_redirect};
    switch (status) {
        case 401: return {errc::deployment_stopped, mend_key};
        case 402: return {errc::deployment_stopped, mend_money};
        case 403: return {errc::deployment_stopped, mend_access};
        case 404:
        case 405:
        case 407:
        case 410:
        case 414:
        case 421:
        case 426: return {errc::deployment_stopped, mend_url};
        case 408: return {errc::timed_out, {}};
        case 409:
        case 424:
        case 425:
        case 499: return {errc::transient, {}};
        case 413: return {errc::too_large, {}};
        case 429: return {errc::throttled, {}};
        case 431: return {errc::deployment_stopped, mend_headers};
    }
    return {errc::refused, {}};
}

std::optional<reaction> by_word(const service_error& error)
{
    // The inner code first: it is the more exact one of the two.
    for (const std::string_view word : {error.inner_code, error.code, error.type}) {
        const auto found = std::ranges::find(known_words, word, &known_word::word);
        if (found != known_words.end()) return found->calls_for;
    }
    return std::nullopt;
}

std::optional<std::size_t> most_inputs(std::string_view message)
{
    for (const auto phrase : most_inputs_phrases) {
        const auto at = message.find(phrase);
        if (at == std::string_view::npos) continue;

        const auto number = message.substr(at + phrase.size());
        std::size_t inputs = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), inputs);
        if (error == std::errc{} && inputs > 0) return inputs;
    }
    return std::nullopt;
}

/// A word fit for headers and metrics; empty where `foreign` says nothing, as digits do, which only
/// repeat the status.
std::string normalised(std::string_view foreign)
{
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    const auto fits = [is_digit](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || is_digit(letter) ||
               letter == '_' || letter == '-' || letter == '.';
    };
    if (std::ranges::all_of(foreign, is_digit)) return {};

    std::string word{foreign.substr(0, longest_code)};
    std::ranges::replace_if(word, [fits](char letter) { return !fits(letter); }, '_');
    return word;
}

std::string code_of(const service_error& error, int status)
{
    for (const std::string_view word : {error.code, error.type, error.inner_code})
        if (auto code = normalised(word); !code.empty()) return code;
    return "http_" + std::to_string(status);
}

/// The host that a redirect leads to. The rest of the address is left out: it may carry a token.
std::string leads_to(std::string_view location)
{
    const auto scheme = location.find("//");
    if (scheme == std::string_view::npos) return "another path of the same host";
    const auto authority =
        location.substr(scheme + 2, location.find_first_of("/?#", scheme + 2) - scheme - 2);
    return excerpt(authority.substr(authority.find('@') + 1), longest_message);
}

std::string detail_of(const http_answer& answer, const service_error& error, std::string_view advice)
{
    auto detail = "the service answered " + std::to_string(answer.status);
    if (answer.status >= 300 && answer.status < 400) {
        detail += " and leads to " + leads_to(answer.headers.find("location"));
    } else if (const auto message = excerpt(error.message, longest_message); !message.empty()) {
        detail += ": " + message;
    }
    if (!advice.empty()) detail.append("; ").append(advice);
    return detail;
}

}  // namespace

pipeline::failure failure_of(const http_answer& answer, std::chrono::sys_seconds now,
                             config::tokens may_generate)
{
    const auto error = read_service_error(answer.body.view());
    auto code = code_of(error, answer.status);
    auto reaction = by_status(answer.status);
    std::optional<std::size_t> max_inputs;
    const auto counts = read_token_counts(error.message);
    const auto notice = read_quota_notice(answer.headers);

    if (is_client_error(answer.status)) {
        if (const auto known = by_word(error)) {
            reaction = *known;
            if (known->reason == errc::filtered) code = "content_filter";
        } else if (max_inputs = most_inputs(error.message); max_inputs) {
            reaction = {errc::too_large, {}};
            code = "too_many_inputs";
        } else if (counts && counts->allowed != 0) {  // without a number the words may be a gateway's
            reaction = {errc::too_long, {}};
            code = "context_length_exceeded";
        } else if (answer.status == 429 && is_larger_than_quota(error, notice, may_generate)) {
            reaction = {errc::too_large, {}};
            code = "request_above_quota";
        } else if (answer.status == 429 && asked_wait(answer.headers, now) > longest_throttling) {
            reaction = {errc::deployment_stopped, mend_long_wait};
        }
    } else if (answer.status == 500 && counts) {
        reaction = {errc::too_long, {}};
        code = "context_length_exceeded";
    }

    return pipeline::failure{reaction.reason, detail_of(answer, error, reaction.advice)}
        .with_code(std::move(code))
        .with_status(answer.status)
        .with_retry_after(retry_after(answer.headers, now))
        .with_request_id(request_id(answer.headers))
        .with_max_inputs(max_inputs)
        .with_token_counts(counts)
        .with_quota(notice)
        .with_limit(reaction.reason == errc::throttled ? limit_of(error, notice)
                                                       : pipeline::limit_kind::unknown);
}

std::string request_id(const http_headers& headers)
{
    const auto apim = headers.find("apim-request-id");
    return excerpt(apim.empty() ? headers.find("x-request-id") : apim, longest_message);
}

}  // namespace worker
