#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pipeline/utf8.hpp"
#include "tests/fuzz/expect.hpp"
#include "worker/rate_limit_headers.hpp"
#include "worker/retry_after.hpp"
#include "worker/service_answer.hpp"

namespace {

std::string_view take_line(std::string_view& text)
{
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// A status, lines of headers and, behind an empty line, the body.
worker::http_answer read_answer(std::string_view text)
{
    worker::http_answer answer;
    const auto status = take_line(text);
    std::from_chars(status.data(), status.data() + status.size(), answer.status);
    answer.status = std::clamp(answer.status, 100, 999);
    for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
        const auto colon = std::min(line.find(':'), line.size());
        answer.headers.add(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
    }
    answer.body = pipeline::shared_bytes::copy_of(text);
    return answer;
}

bool is_one_line(std::string_view text)
{
    const auto is_control = [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
    };
    return !pipeline::first_invalid_utf8(text) && std::ranges::none_of(text, is_control);
}

bool is_word(std::string_view text)
{
    const auto fits = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '.';
    };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, fits);
}

/// A limit that can be paced by, and a remainder that can be left of it.
bool is_usable(const std::optional<std::int64_t>& limit, const std::optional<std::int64_t>& remaining)
{
    if (limit && (*limit < 1 || *limit > worker::highest_limit)) return false;
    return !remaining || (*remaining >= 0 && *remaining <= limit.value_or(worker::highest_limit));
}

}  // namespace

/// Whatever a service answers becomes a failure that can be counted, logged and put into a header, with a
/// wait that can be waited for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = read_answer({reinterpret_cast<const char*>(data), size});
    const auto why = worker::failure_of(answer, std::chrono::sys_seconds{std::chrono::seconds{784111777}});

    EXPECT(why.reason() != pipeline::errc{});
    EXPECT(why.reason() != pipeline::errc::expired && why.reason() != pipeline::errc::abandoned);
    EXPECT(why.status() == answer.status);
    EXPECT(is_word(why.code()));
    EXPECT(is_one_line(why.detail()) && why.detail().size() < 600);
    EXPECT(is_one_line(why.request_id()) && why.request_id().size() < 400);
    if (const auto wait = why.retry_after())
        EXPECT(*wait > config::duration::zero() && *wait <= worker::longest_retry_after);
    const auto& notice = why.quota();
    EXPECT(notice == worker::read_quota_notice(answer.headers));
    EXPECT(is_usable(notice.limit_tokens, notice.remaining_tokens));
    EXPECT(is_usable(notice.limit_requests, notice.remaining_requests));
    if (notice.utilization) EXPECT(*notice.utilization >= 0 && *notice.utilization <= 10);
    if (why.limit() != pipeline::limit_kind::unknown) EXPECT(why.reason() == pipeline::errc::throttled);
    if (const auto limit = why.max_inputs()) EXPECT(*limit > 0 && why.reason() == pipeline::errc::too_large);
    return 0;
}
