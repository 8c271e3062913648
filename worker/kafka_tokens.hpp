#pragma once

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "worker/kafka_token.hpp"
#include "worker/sign_in_listener.hpp"

namespace worker {

/// The tokens of one sign-in, handed to every client of the process that shows them.
///
/// librdkafka asks for a token by an event on the queue of each client. Here nobody waits for that: a client
/// gets the present token when it is made and every later one when it comes, which is long before the present
/// one ends. So it works also for clients whose queue nobody looks at, those that block for an answer, and
/// the issuer is asked once for all of them.
///
/// Lives on the loop's thread, and outlives its recipients.
class kafka_tokens final : public sign_in_listener {
public:
    /// `renew` asks the issuer for another token where that is worth it.
    explicit kafka_tokens(std::function<void()> renew) : renew_{std::move(renew)} {}

    void granted(std::string_view token, config::duration lifetime) override;
    /// Clients that have no token yet tell it as their trouble.
    void failed(std::string_view reason) override;
    /// The brokers do not take the present token.
    void refused() { renew_(); }

    /// A copy of the present token, for a client on another thread; nothing where there is none that is good
    /// for a while yet.
    [[nodiscard]] std::optional<kafka_token> present() const;

    /// A client that is given tokens as long as this object lives.
    class recipient : public boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    public:
        /// Without `tokens` nothing happens. `client` must outlive it.
        recipient(kafka_tokens* tokens, rd_kafka_t* client);

    private:
        friend class kafka_tokens;
        rd_kafka_t* client_;
    };

private:
    [[nodiscard]] bool is_good() const;

    std::function<void()> renew_;
    std::optional<kafka_token> token_;
    boost::intrusive::list<recipient, boost::intrusive::constant_time_size<false>> recipients_;
};

}  // namespace worker
