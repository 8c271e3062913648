#include "worker/kafka_token.hpp"

#include <array>
#include <string>

namespace worker {

void kafka_token::give_to(rd_kafka_t* client) const
{
    // For librdkafka's own log; who we are to the brokers stands in the token.
    constexpr const char* principal = "batchmill";
    std::array<char, 256> reason{};
    // A view promises no zero at its end.
    const config::secret terminated{std::string{value.reveal()}};
    const auto error =
        rd_kafka_oauthbearer_set_token(client, terminated.reveal().data(), ends.time_since_epoch().count(),
                                       principal, nullptr, 0, reason.data(), reason.size());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_oauthbearer_set_token_failure(client, reason.data());
}

}  // namespace worker
