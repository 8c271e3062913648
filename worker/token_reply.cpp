#include "worker/token_reply.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/rfc3339.hpp"
#include "pipeline/shared_bytes.hpp"
#include "worker/http_date.hpp"
#include "worker/secret_text.hpp"

namespace worker {
namespace {

using pipeline::errc;
using pipeline::failure;
using pipeline::result;

/// Tokens of people in many groups have some kilobytes; what is longer than a header may be is no token.
constexpr std::size_t longest_token = 24 * 1024;
/// Nobody issues tokens for longer; and it can be added to any time.
constexpr std::int64_t longest_lifetime_s = 30 * 24 * 3600;

class wiped_at_end {
public:
    explicit wiped_at_end(std::span<char> bytes) : bytes_{bytes} {}
    ~wiped_at_end() { ::explicit_bzero(bytes_.data(), bytes_.size()); }
    wiped_at_end(const wiped_at_end&) = delete;
    wiped_at_end& operator=(const wiped_at_end&) = delete;

private:
    std::span<char> bytes_;
};

failure unreadable(std::string why)
{
    return failure{errc::transient, std::move(why)}.with_code(std::string{token_failure::garbage});
}

std::string_view text(const rapidjson::Value& reply, const char* name)
{
    const auto found = reply.FindMember(name);
    if (found == reply.MemberEnd() || !found->value.IsString()) return {};
    return {found->value.GetString(), found->value.GetStringLength()};
}

/// A whole number, or a string of one.
std::optional<std::int64_t> number(const rapidjson::Value& reply, const char* name)
{
    const auto found = reply.FindMember(name);
    if (found == reply.MemberEnd()) return std::nullopt;
    if (found->value.IsInt64()) return found->value.GetInt64();
    const auto digits = text(reply, name);
    std::int64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

std::optional<std::int64_t> end_of(const rapidjson::Value& reply, std::chrono::sys_seconds now)
{
    if (const auto seconds = number(reply, "expires_on")) return seconds;
    const auto date = text(reply, "expires_on");
    if (const auto milliseconds = pipeline::read_rfc3339(date)) return *milliseconds / 1000;
    if (const auto moment = read_http_date(date, now)) return moment->time_since_epoch().count();
    return std::nullopt;
}

std::optional<std::int64_t> lifetime_of(const rapidjson::Value& reply, std::chrono::sys_seconds now)
{
    if (const auto seconds = number(reply, "expires_in")) return seconds;
    const auto end = end_of(reply, now);
    const auto start = now.time_since_epoch().count();
    // Before anything is subtracted, for numbers that nobody meant.
    if (!end || *end < start) return end ? std::optional<std::int64_t>{0} : std::nullopt;
    return *end - start;
}

config::duration bounded(std::int64_t seconds)
{
    return std::chrono::seconds{std::min(seconds, longest_lifetime_s)};
}

}  // namespace

result<access_token> read_token_reply(std::span<char> body, std::chrono::sys_seconds now)
{
    const wiped_at_end wiped_body{body};
    // Parsed in place, because the document's own copies of strings would not be wiped; and in a piece of
    // memory with zeros behind it, because that reads up to a zero, and in whole blocks.
    auto copy = pipeline::shared_bytes::copy_of({body.data(), body.size()});
    const wiped_at_end wiped_copy{std::span{copy.data(), copy.size()}};
    rapidjson::Document reply;
    reply.ParseInsitu<rapidjson::kParseIterativeFlag>(copy.data());
    if (reply.HasParseError() || !reply.IsObject())
        return unreadable("what came is not a token: it is no JSON object");

    auto token = text(reply, "access_token");
    if (token.empty()) token = text(reply, "accessToken");
    if (token.empty() || token.size() > longest_token || !fits_header(token))
        return unreadable("what came has no access_token that a header could carry");

    const auto lifetime = lifetime_of(reply, now);
    if (!lifetime) return unreadable("a token came that does not say when it ends (expires_in, expires_on)");
    if (*lifetime <= 0)
        return unreadable("a token came that has ended already: check the clock of this machine");

    access_token read{config::secret{std::string{token}}, bounded(*lifetime), {}};
    if (const auto seconds = number(reply, "refresh_in"); seconds && *seconds > 0)
        read.refresh_in = bounded(*seconds);
    return read;
}

}  // namespace worker
