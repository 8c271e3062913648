#include "worker/quota_refusal.hpp"

#include <array>
#include <string_view>

namespace worker {

namespace {

using pipeline::limit_kind;

struct known_phrase {
    std::string_view words;
    limit_kind limit;
};

constexpr std::array known_phrases{
    known_phrase{"token rate limit", limit_kind::tokens},
    known_phrase{"call rate limit", limit_kind::requests},
    known_phrase{"tokens per ", limit_kind::tokens},
    known_phrase{"requests per ", limit_kind::requests},
};

}  // namespace

limit_kind limit_of(const service_error& error, const pipeline::quota_notice& notice)
{
    if (error.type == "tokens") return limit_kind::tokens;
    if (error.type == "requests") return limit_kind::requests;
    for (const auto& each : known_phrases)
        if (error.message.find(each.words) != std::string::npos) return each.limit;

    const bool no_tokens = notice.remaining_tokens == 0;
    const bool no_requests = notice.remaining_requests == 0;
    if (no_tokens == no_requests) return limit_kind::unknown;
    return no_tokens ? limit_kind::tokens : limit_kind::requests;
}

bool is_larger_than_quota(const service_error& error, const pipeline::quota_notice& notice,
                          config::tokens may_generate)
{
    return std::string_view{error.message}.starts_with("Request too large for ") ||
           (notice.limit_tokens && may_generate.count() > *notice.limit_tokens);
}

}  // namespace worker
