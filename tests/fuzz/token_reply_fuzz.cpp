#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/utf8.hpp"
#include "tests/fuzz/expect.hpp"
#include "worker/arc_challenge.hpp"
#include "worker/secret_text.hpp"
#include "worker/token_refusal.hpp"
#include "worker/token_reply.hpp"

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'000}};

bool is_one_line(std::string_view text)
{
    const auto is_control = [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
    };
    return !pipeline::first_invalid_utf8(text) && std::ranges::none_of(text, is_control);
}

void expect_usable_or_refused(std::string body)
{
    const auto token = worker::read_token_reply(body, now);
    EXPECT(std::ranges::all_of(body, [](char each) { return each == '\0'; }));
    if (!token) {
        EXPECT(token.error().reason() == pipeline::errc::transient);
        return;
    }
    EXPECT(!token->value.reveal().empty() && worker::fits_header(token->value.reveal()));
    EXPECT(token->lifetime > config::duration::zero() && token->lifetime <= std::chrono::hours{24 * 30});
    if (token->refresh_in) EXPECT(*token->refresh_in > config::duration::zero());
}

void expect_explained(int status, std::string_view body, worker::token_issuer from)
{
    worker::http_answer answer;
    answer.status = status;
    answer.body = pipeline::shared_bytes::copy_of(body);
    const auto why = worker::token_refusal(answer, from, now);
    EXPECT(why.reason() == pipeline::errc::transient || why.reason() == pipeline::errc::deployment_stopped);
    EXPECT(!why.code().empty() && why.code().size() <= 80 && worker::fits_header(why.code()));
    EXPECT(is_one_line(why.detail()) && why.detail().size() < 900);
}

}  // namespace

/// Whatever answers in the place of an issuer of tokens: what is taken for a token can stand in a header and
/// ends some day, every refusal can be logged, and a challenge leads to no file outside of its folder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    expect_usable_or_refused(text);
    expect_explained(400, text, worker::token_issuer::entra_id);
    expect_explained(404, text, worker::token_issuer::host);
    if (const auto file = worker::arc_key_file(text)) {
        EXPECT(file->starts_with(std::string{worker::arc_key_folder} + '/'));
        EXPECT(file->find('/', worker::arc_key_folder.size() + 1) == file->npos);
    }
    return 0;
}
