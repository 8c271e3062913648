#include "worker/kafka_sign_in.hpp"

#include <chrono>
#include <stdexcept>
#include <variant>

namespace worker {
namespace {

using namespace std::chrono_literals;
using wall = std::chrono::system_clock;

// Enough for a client to be let in with it. What is let in stays in until the token ends.
constexpr auto least_left = 5s;

void show_password_anew(rd_kafka_t* client, const config::sasl_settings& sasl)
{
    if (sasl.password.from != config::secret_reference::source::file) return;
    try {
        const auto password = config::read_secret(sasl.password, "kafka.auth.sasl.password");
        // A view promises no zero at its end.
        const config::secret terminated{std::string{password.reveal()}};
        rd_kafka_error_destroy(
            rd_kafka_sasl_set_credentials(client, sasl.user.c_str(), terminated.reveal().data()));
    } catch (const std::runtime_error&) {
        // It may be about to be written. The refusal is told, and the next one brings us here again.
        return;
    }
}

}  // namespace

kafka_sign_in::recipient::recipient(kafka_sign_in* sign_in, rd_kafka_t* client) : client_{client}
{
    if (sign_in == nullptr) return;
    sign_in->recipients_.push_back(*this);
    if (sign_in->has_good_token()) sign_in->token_->give_to(client);
}

void kafka_sign_in::granted(std::string_view token, config::duration lifetime)
{
    const auto ends = std::chrono::time_point_cast<std::chrono::milliseconds>(wall::now() + lifetime);
    token_.emplace(kafka_token{config::secret{std::string{token}}, ends});
    for (auto& each : recipients_) token_->give_to(each.client_);
}

void kafka_sign_in::failed(std::string_view reason)
{
    if (has_good_token()) return;
    const std::string words{reason};
    for (auto& each : recipients_) rd_kafka_oauthbearer_set_token_failure(each.client_, words.c_str());
}

void kafka_sign_in::refused(rd_kafka_t* client)
{
    if (const auto* const sasl = std::get_if<config::sasl_settings>(&auth_))
        show_password_anew(client, *sasl);
    else if (is_by_tokens())
        renew_();
}

bool kafka_sign_in::is_by_tokens() const
{
    return std::holds_alternative<config::entra_id_settings>(auth_) ||
           std::holds_alternative<config::oauth_settings>(auth_);
}

std::optional<kafka_token> kafka_sign_in::token() const
{
    if (!has_good_token()) return std::nullopt;
    return kafka_token{config::secret{std::string{token_->value.reveal()}}, token_->ends};
}

bool kafka_sign_in::has_good_token() const { return token_ && wall::now() + least_left < token_->ends; }

}  // namespace worker
