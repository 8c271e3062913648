#include "worker/token_answer.hpp"

#include <span>

#include "worker/http_date.hpp"
#include "worker/token_reply.hpp"

namespace worker {

std::chrono::sys_seconds wall_clock_seconds()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

pipeline::result<access_token> read_token_answer(http_answer& answer, token_issuer from)
{
    const auto ours = wall_clock_seconds();
    const auto now = read_http_date(answer.headers.find("date"), ours).value_or(ours);
    if (answer.status != 200) return token_refusal(answer, from, now);
    return read_token_reply(std::span{answer.body.data(), answer.body.size()}, now);
}

}  // namespace worker
