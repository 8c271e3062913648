#include <algorithm>
#include <array>

#include "config/endpoint.hpp"
#include "config/identity_search.hpp"
#include "config/object_reader.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::string_view punctuation)
{
    return std::ranges::all_of(text, [punctuation](char c) {
        return letters.find(c) != letters.npos || digits.find(c) != digits.npos ||
               punctuation.find(c) != punctuation.npos;
    });
}

/// Part of the path that is asked, so that it may not lead elsewhere.
void check_tenant(const node& from, const value_reader& values, const std::optional<std::string>& tenant)
{
    if (tenant && !consists_of(*tenant, ".-"))
        values.report(from, "must be the id or a domain of a directory: letters, digits, . and -");
}

void read_authority(object_reader& from, const value_reader& values, std::string& into)
{
    if (const auto* const authority = from.find("authority")) {
        if (values.read(*authority, into)) into = checked_issuer(into, *authority, values);
    } else if (const auto host = values.variables()("AZURE_AUTHORITY_HOST"); host && !host->empty()) {
        into =
            checked_issuer(*host, from.object(), values, "takes the variable AZURE_AUTHORITY_HOST, which ");
    }
}

/// The members that say who, and the sources that look at them; `chain` looks at all.
struct use {
    std::string_view member;
    std::array<identity_source, 4> by;
};
using enum identity_source;
constexpr std::array uses{
    use{"tenant", {client_secret, client_certificate, workload_identity, azure_cli}},
    use{"client_id", {client_secret, client_certificate, workload_identity, managed_identity}},
    use{"client_secret", {client_secret}},
    use{"certificate", {client_certificate}},
    use{"certificate_password", {client_certificate}},
    use{"federated_token_file", {workload_identity}},
};

void check_uses(const node& section, const value_reader& values, identity_source source)
{
    if (source == chain) return;
    for (const auto& each : uses) {
        const auto* const member = section.find(each.member);
        if (member == nullptr || std::ranges::find(each.by, source) != each.by.end()) continue;
        values.report(*member, "is not used by \"source\": " + in_quotes(name_of(source)) + "; remove it");
    }
}

identity_members read_members(object_reader& from)
{
    identity_members said;
    from.optional("tenant", said.tenant);
    from.optional("client_id", said.client_id);
    from.optional("client_secret", said.client_secret);
    from.optional("certificate", said.certificate);
    from.optional("certificate_password", said.certificate_password);
    from.optional("federated_token_file", said.federated_token_file);
    return said;
}

}  // namespace

std::string checked_issuer(std::string from, const node& at, const value_reader& values,
                           const std::string& whose)
{
    while (from.ends_with('/')) from.pop_back();
    const auto parsed = parse_endpoint(from);
    const auto* const server = std::get_if<endpoint>(&parsed);
    if (server == nullptr)
        values.report(at, whose + std::get<text_error>(parsed).message);
    else if (server->scheme != url_scheme::https && !is_loopback(server->host))
        values.report(at, whose + "must begin with https://");
    return from;
}

entra_id_settings read_entra_id(const node& section, const value_reader& values, const proxy_choice& proxies,
                                std::string scope)
{
    entra_id_settings result;
    result.scope = std::move(scope);
    object_reader from{section, values};
    const bool source_is_known = from.optional("source", result.source);
    const auto said = read_members(from);
    if (const auto* tenant = section.find("tenant")) check_tenant(*tenant, values, said.tenant);
    read_authority(from, values, result.authority);
    from.optional("scope", result.scope);
    from.optional("ca_file", result.ca_file);
    from.finish();
    result.proxy = proxy_to(result.authority, section, proxies, values);
    if (section.is != node::kind::object || !source_is_known) return result;
    if (result.scope.empty() && section.find("scope") == nullptr)
        values.report(section, "needs \"scope\": what the brokers expect a token to be for");

    check_uses(section, values, result.source);
    if (result.source == chain) {
        find_chain(said, values.variables(), result);
        return result;
    }
    auto found = find_identity(result.source, said, values.variables());
    if (auto* usable = std::get_if<identity>(&found))
        result.identities.push_back(std::move(*usable));
    else if (!values.problems().concerns(section.path))
        values.report(section, std::get<std::string>(found));
    return result;
}

auth_settings read_auth(const node& section, const value_reader& values, const proxy_choice& proxies)
{
    auth_settings result;
    object_reader auth{section, values};
    auth.optional("api_key", result.api_key);
    auth.optional("second_api_key", result.second_api_key);
    if (auth.optional("header", result.header) && result.header)
        check_request_header(*section.find("header"), values, *result.header);
    if (const auto* entra_id = auth.find("entra_id"))
        result.entra_id = read_entra_id(*entra_id, values, proxies, entra_id_settings{}.scope);
    auth.finish();

    const auto* const key = section.find("api_key");
    for (const std::string_view other : {"second_api_key", "header"}) {
        const auto* const member = section.find(other);
        if (member != nullptr && key == nullptr) values.report(*member, "is of no use without \"api_key\"");
    }
    if (key != nullptr && result.entra_id)
        values.report(*key, "is not sent along with a token of \"entra_id\"; remove one of the two");
    return result;
}

}  // namespace config
