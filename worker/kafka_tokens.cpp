#include "worker/kafka_tokens.hpp"

#include <string>

namespace worker {
namespace {

using namespace std::chrono_literals;
using wall = std::chrono::system_clock;

// What a look-up may take with a token that was good when it began.
constexpr auto least_left = 10s;

}  // namespace

kafka_tokens::recipient::recipient(kafka_tokens* tokens, rd_kafka_t* client) : client_{client}
{
    if (tokens == nullptr) return;
    tokens->recipients_.push_back(*this);
    if (tokens->is_good()) tokens->token_->give_to(client);
}

void kafka_tokens::granted(std::string_view token, config::duration lifetime)
{
    const auto ends = std::chrono::time_point_cast<std::chrono::milliseconds>(wall::now() + lifetime);
    token_.emplace(kafka_token{config::secret{std::string{token}}, ends});
    for (auto& each : recipients_) token_->give_to(each.client_);
}

void kafka_tokens::failed(std::string_view reason)
{
    if (is_good()) return;
    const std::string words{reason};
    for (auto& each : recipients_) rd_kafka_oauthbearer_set_token_failure(each.client_, words.c_str());
}

std::optional<kafka_token> kafka_tokens::present() const
{
    if (!is_good()) return std::nullopt;
    return kafka_token{config::secret{std::string{token_->value.reveal()}}, token_->ends};
}

bool kafka_tokens::is_good() const { return token_ && wall::now() + least_left < token_->ends; }

}  // namespace worker
