#pragma once

#include <boost/intrusive/list.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "config/kafka_auth.hpp"
#include "worker/kafka_token.hpp"
#include "worker/sign_in_listener.hpp"

namespace worker {

/// What the clients of the process show to the brokers, as it changes while they live.
///
/// librdkafka asks for a token by an event on the queue of each client. Here nobody waits for that: a client
/// gets the present token when it is made and every later one when it comes, which is long before the present
/// one ends. So it works also for clients whose queue nobody looks at, those that block for an answer, and
/// the issuer is asked once for all of them.
///
/// Lives on the loop's thread, and outlives its recipients.
class kafka_sign_in final : public sign_in_listener {
public:
    /// `renew` asks the issuer for another token where that is worth it; it is called for sign-ins by tokens
    /// only.
    kafka_sign_in(config::kafka_auth auth, std::function<void()> renew)
        : auth_{std::move(auth)}, renew_{std::move(renew)}
    {}

    void granted(std::string_view token, config::duration lifetime) override;
    /// Clients that have no token yet tell it as their trouble.
    void failed(std::string_view reason) override;

    /// The brokers do not let `client` in. A token is asked for anew; a password in a file is read again, and
    /// shown when the client tries the next time.
    void refused(rd_kafka_t* client);

    /// Without a token there is nothing that a client could ask the brokers.
    [[nodiscard]] bool is_by_tokens() const;
    /// A copy of the present token, for a client on another thread; nothing where there is none that is good
    /// for a while yet.
    [[nodiscard]] std::optional<kafka_token> token() const;

    /// A client that is given tokens as long as this object lives.
    class recipient : public boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    public:
        /// Without a sign-in nothing happens. `client` must outlive it.
        recipient(kafka_sign_in* sign_in, rd_kafka_t* client);

    private:
        friend class kafka_sign_in;
        rd_kafka_t* client_;
    };

private:
    [[nodiscard]] bool has_good_token() const;

    config::kafka_auth auth_;
    std::function<void()> renew_;
    std::optional<kafka_token> token_;
    boost::intrusive::list<recipient, boost::intrusive::constant_time_size<false>> recipients_;
};

}  // namespace worker
