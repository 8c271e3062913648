#include "tools/simulator/route.hpp"

#include <algorithm>

#include "tools/simulator/uri.hpp"

namespace simulator {
namespace {

constexpr std::string_view classic_prefix = "/openai/deployments/";
constexpr std::string_view classic_responses = "/openai/responses";
/// Versions are dates, which compare as texts.
constexpr std::string_view first_version_with_responses = "2025-03-01";
constexpr std::string_view azure_v1_prefix = "/openai/v1/";
constexpr std::string_view openai_prefix = "/v1/";

std::optional<operation> find_operation(std::string_view path)
{
    if (path == "embeddings") return operation::embeddings;
    if (path == "completions") return operation::completions;
    if (path == "chat/completions") return operation::chat;
    if (path == "responses") return operation::responses;
    return std::nullopt;
}

/// 2024-10-21 or 2025-04-01-preview.
bool is_dated_version(std::string_view text)
{
    constexpr std::string_view pattern = "dddd-dd-dd";
    if (text.size() < pattern.size()) return false;
    const bool dated = std::ranges::equal(text.substr(0, pattern.size()), pattern, [](char have, char want) {
        return want == 'd' ? have >= '0' && have <= '9' : have == want;
    });
    return dated && (text.size() == pattern.size() || text.substr(pattern.size()) == "-preview");
}

std::optional<route> find_classic(std::string_view rest, std::string_view query)
{
    const auto slash = rest.find('/');
    if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
    const auto asks = find_operation(rest.substr(slash + 1));
    const auto version = query_value(query, "api-version");
    if (!asks || *asks == operation::responses || !version || !is_dated_version(*version))
        return std::nullopt;
    return route{.family = api_family::azure,
                 .asks = *asks,
                 .deployment = percent_decoded(rest.substr(0, slash)),
                 .api_version = *version};
}

std::optional<route> find_classic_responses(std::string_view query)
{
    const auto version = query_value(query, "api-version");
    if (!version || !is_dated_version(*version) || *version < first_version_with_responses)
        return std::nullopt;
    return route{
        .family = api_family::azure, .asks = operation::responses, .deployment = {}, .api_version = *version};
}

std::optional<route> find_undated(api_family family, std::string_view rest)
{
    const auto asks = find_operation(rest);
    if (!asks) return std::nullopt;
    if (family == api_family::azure_v1 && *asks == operation::completions) return std::nullopt;
    return route{.family = family, .asks = *asks, .deployment = {}, .api_version = {}};
}

}  // namespace

std::optional<route> find_route(std::string_view target)
{
    const auto [path, query] = split_target(target);
    if (path == classic_responses) return find_classic_responses(query);
    if (path.starts_with(classic_prefix)) return find_classic(path.substr(classic_prefix.size()), query);
    if (path.starts_with(azure_v1_prefix))
        return find_undated(api_family::azure_v1, path.substr(azure_v1_prefix.size()));
    if (path.starts_with(openai_prefix))
        return find_undated(api_family::openai, path.substr(openai_prefix.size()));
    return std::nullopt;
}

api_family family_of(std::string_view target)
{
    if (target.starts_with(azure_v1_prefix)) return api_family::azure_v1;
    if (target.starts_with(openai_prefix)) return api_family::openai;
    return api_family::azure;
}

std::string_view operation_id(operation asks)
{
    switch (asks) {
        case operation::embeddings: return "Embeddings_Create";
        case operation::completions: return "Completions_Create";
        case operation::chat: return "ChatCompletions_Create";
        case operation::responses: return "Responses_Create";
    }
    return {};
}

}  // namespace simulator
