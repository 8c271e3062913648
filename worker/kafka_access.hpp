#pragma once

#include "config/settings.hpp"
#include "worker/kafka_conf.hpp"
#include "worker/kafka_failure.hpp"
#include "worker/kafka_token.hpp"

namespace worker {

/// The way to the cluster, for a client that lives for one question. What it refers to must live as long.
struct kafka_access {
    const config::kafka_settings& settings;
    const kafka_token* token = nullptr;  ///< what the client is to show, where the sign-in is by tokens

    [[nodiscard]] kafka_client open(kafka_conf conf) const;
};

/// The error of a question that was not answered: what keeps `client` from its brokers where that is known,
/// else `why` itself, which seldom says more than that time is up.
[[nodiscard]] kafka_error explained(rd_kafka_t* client, const kafka_error& why);

/// Asks by a client of its own, made with `conf`. Throws kafka_error as explained() has it.
template <class Ask>
std::invoke_result_t<Ask&, rd_kafka_t*> ask_once(const kafka_access& access, kafka_conf conf, Ask ask)
{
    const auto client = access.open(std::move(conf));
    try {
        return ask(client.get());
    } catch (const kafka_error& why) {
        throw explained(client.get(), why);
    }
}

}  // namespace worker
