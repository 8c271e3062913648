#include "worker/token_refusal.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "worker/excerpt.hpp"
#include "worker/retry_after.hpp"
#include "worker/token_source.hpp"

namespace worker {
namespace {

using pipeline::errc;

constexpr std::size_t longest_document = 64 * 1024;
constexpr std::size_t longest_message = 300;
constexpr std::size_t longest_word = 64;

constexpr std::string_view mend_secret =
    "client_secret is wrong: it has to be the secret's value, beside which the portal shows an id";
constexpr std::string_view mend_old_secret =
    "the secret has run out: make a new one for the application, and let client_secret lead to it";
constexpr std::string_view mend_application = "check client_id and tenant";
constexpr std::string_view mend_tenant = "check tenant, and authority if it is in a sovereign cloud";
constexpr std::string_view mend_scope = "check scope, which ends in /.default";
constexpr std::string_view mend_federation =
    "give the application, or the user-assigned identity, a federated credential with exactly this issuer, "
    "subject and audience; a new one takes some minutes to be known";
constexpr std::string_view mend_clock =
    "check the clock of this machine, and that somebody renews federated_token_file";
constexpr std::string_view mend_certificate =
    "upload the certificate to the application, and check that certificate is the file of its private key";
constexpr std::string_view mend_policy =
    "a Conditional Access policy forbids it: ask an administrator of the tenant";
constexpr std::string_view mend_enabled = "have the application enabled in the tenant";

struct explanation {
    int number;
    std::string_view advice;
};

constexpr std::array explanations{
    explanation{53003, mend_policy},        explanation{70011, mend_scope},
    explanation{70021, mend_federation},    explanation{90002, mend_tenant},
    explanation{500011, mend_scope},        explanation{530003, mend_policy},
    explanation{700016, mend_application},  explanation{700024, mend_clock},
    explanation{700027, mend_certificate},  explanation{700211, mend_federation},
    explanation{700212, mend_federation},   explanation{700213, mend_federation},
    explanation{900023, mend_tenant},       explanation{900382, mend_tenant},
    explanation{1002012, mend_scope},       explanation{7000112, mend_enabled},
    explanation{7000215, mend_secret},      explanation{7000222, mend_old_secret},
    explanation{7000229, mend_application},
};

constexpr std::array transient_numbers{90033, 90055};

/// What an issuer says of its refusal; all of it may be missing.
struct said {
    std::string word;
    std::string description;
    int number = 0;  ///< that of AADSTS
};

std::string text(const rapidjson::Value& object, const char* name)
{
    const auto found = object.FindMember(name);
    if (found == object.MemberEnd() || !found->value.IsString()) return {};
    return {found->value.GetString(), found->value.GetStringLength()};
}

/// `AADSTS7000215: Invalid client secret provided.` also where error_codes are missing, as in what `az` says.
int aadsts_number(std::string_view description)
{
    constexpr std::string_view mark = "AADSTS";
    int number = 0;
    const auto at = description.find(mark);
    if (at == std::string_view::npos) return 0;
    const auto digits = description.substr(at + mark.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

said read_refusal(std::string_view body)
{
    rapidjson::Document document;
    if (body.size() > longest_document) return {};
    document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
    if (document.HasParseError() || !document.IsObject()) return {};

    said found{text(document, "error"), text(document, "error_description"), 0};
    if (const auto error = document.FindMember("error");
        error != document.MemberEnd() && error->value.IsObject()) {
        found.word = text(error->value, "code");
        found.description = text(error->value, "message");
    }
    if (found.description.empty()) found.description = text(document, "message");
    found.number = aadsts_number(found.description);
    const auto codes = document.FindMember("error_codes");
    if (codes != document.MemberEnd() && codes->value.IsArray() && !codes->value.Empty() &&
        codes->value[0].IsInt())
        found.number = codes->value[0].GetInt();
    return found;
}

bool passes_by_itself(int status, token_issuer from, const said& what)
{
    if (status == 408 || status == 429 || status >= 500) return true;
    if (from == token_issuer::host && (status == 404 || status == 410)) return true;
    return what.word == "temporarily_unavailable" ||
           std::ranges::find(transient_numbers, what.number) != transient_numbers.end();
}

/// A word fit for a log; empty where `foreign` is none.
std::string fit_word(std::string_view foreign)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (foreign.empty() || foreign.size() > longest_word || !std::ranges::all_of(foreign, fits)) return {};
    return std::string{foreign};
}

std::string code_of(int status, token_issuer from, const said& what)
{
    if (from == token_issuer::host && status == 400) return std::string{token_failure::unavailable};
    if (what.number > 0) return "AADSTS" + std::to_string(what.number);
    auto word = fit_word(what.word);
    return word.empty() ? "http_" + std::to_string(status) : word;
}

}  // namespace

pipeline::failure token_refusal(const http_answer& answer, token_issuer from, std::chrono::sys_seconds now)
{
    const auto what = read_refusal(answer.body.view());
    const bool is_transient = passes_by_itself(answer.status, from, what);

    std::string detail = (from == token_issuer::entra_id ? "Entra ID" : "this host") +
                         std::string{" answered "} + std::to_string(answer.status);
    if (const auto word = fit_word(what.word); !word.empty()) detail += ' ' + word;
    // The lines behind the first are ids and times.
    const auto first_line = what.description.substr(0, what.description.find_first_of("\r\n"));
    if (const auto message = excerpt(first_line, longest_message); !message.empty()) detail += ": " + message;
    if (const auto advice = advice_on_aadsts(what.number); !advice.empty())
        detail.append("; ").append(advice);

    return pipeline::failure{is_transient ? errc::transient : errc::deployment_stopped, std::move(detail)}
        .with_code(code_of(answer.status, from, what))
        .with_status(answer.status)
        .with_retry_after(retry_after(answer.headers, now));
}

std::string_view advice_on_aadsts(int number)
{
    const auto found = std::ranges::find(explanations, number, &explanation::number);
    return found == explanations.end() ? std::string_view{} : found->advice;
}

}  // namespace worker
