#include <algorithm>
#include <array>

#include "config/object_reader.hpp"
#include "config/sections.hpp"
#include "config/service_url.hpp"

namespace config {
namespace {

/// Services pass on ten custom headers and refuse more with 431
/// (https://learn.microsoft.com/azure/ai-services/openai/quotas-limits). Two of them are ours: the id of the
/// request and traceparent.
constexpr std::size_t most_headers = 8;

constexpr std::string_view token_punctuation = "!#$%&'*+-.^_`|~";

std::string lower_case(std::string text)
{
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Why no setting may name that header; empty where it may. `name` in lower case.
std::string_view objection_to_header(std::string_view name)
{
    constexpr std::array<std::string_view, 9> taken{
        "host",   "user-agent",  "content-type", "content-length",        "transfer-encoding",
        "accept", "traceparent", "connection",   "x-ms-client-request-id"};
    const auto fits = std::ranges::all_of(name, [](char c) {
        return is_alphanumeric(c) || token_punctuation.find(c) != token_punctuation.npos;
    });
    if (name.empty() || !fits) return "must be the name of a header, such as \"Ocp-Apim-Subscription-Key\"";
    if (std::ranges::find(taken, name) != taken.end()) return "is a header that every request has already";
    if (name.starts_with("proxy-")) return "is for a proxy; \"proxy\" says what is shown to it";
    return {};
}

/// By its name what stands in it is a credential.
bool holds_a_secret(std::string_view name)
{
    constexpr std::array<std::string_view, 6> endings{"key",      "token",  "secret",
                                                      "password", "cookie", "authorization"};
    return std::ranges::any_of(endings, [name](std::string_view each) { return name.ends_with(each); });
}

void read_header(const node_member& header, const value_reader& values, deployment_settings& into)
{
    const auto name = lower_case(header.name);
    const auto refuse = [&](std::string_view reason) {
        values.problems().report(header.offset, header.value.path, std::string{reason});
    };
    if (const auto objection = objection_to_header(name); !objection.empty()) return refuse(objection);
    if (name == lower_case(header_of(into).name)) return refuse("carries the credential of \"auth\"");
    if (holds_a_secret(name) || header.value.is == node::kind::object) {
        secret_reference reference;
        if (values.read(header.value, reference)) into.secret_headers.emplace_back(header.name, reference);
        return;
    }
    std::string value;
    if (!values.read(header.value, value)) return;
    const auto fits = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
    if (!fits || value.front() == ' ' || value.back() == ' ')
        return values.report(header.value, "must consist of ASCII characters, without spaces at its ends");
    into.headers.emplace_back(header.name, std::move(value));
}

}  // namespace

void check_request_header(const node& from, const value_reader& values, const std::string& name)
{
    const auto objection = objection_to_header(lower_case(name));
    if (!objection.empty()) values.report(from, std::string{objection});
}

void read_request_headers(const node& section, const value_reader& values, deployment_settings& into)
{
    if (!values.expect(node::kind::object, section)) return;
    std::vector<std::string> names;
    for (const auto& each : section.members) {
        auto name = lower_case(each.name);
        if (std::ranges::find(names, name) != names.end())
            values.problems().report(each.offset, each.value.path, "is there already, in another spelling");
        else
            read_header(each, values, into);
        names.push_back(std::move(name));
    }
    if (names.size() > most_headers)
        values.report(section, "may have at most 8 headers: services take ten, and two are the worker's own");
}

}  // namespace config
