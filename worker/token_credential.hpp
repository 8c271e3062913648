#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "config/secret.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/timeline.hpp"
#include "worker/credential.hpp"
#include "worker/sign_in_listener.hpp"
#include "worker/token_schedule.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// A bearer token that is always fresh.
///
/// run() is the only one that asks the source, so there is never more than one request for a token under way.
/// Calls take what is there and do not wait while the present token is good, also while the next one is being
/// fetched. Where there is none, they wait for the attempt under way; and where that has failed, they fail
/// with its reason until the next one is due, instead of holding their slots.
///
/// Lives on the loop's thread and outlives its coroutines.
class token_credential final : public credential {
public:
    /// `seed` is for jitter.
    token_credential(pipeline::timeline& time, pipeline::event_log& log, std::unique_ptr<token_source> source,
                     std::uint64_t seed);

    boost::asio::awaitable<pipeline::result<shown>> show(config::time_point by) override;
    boost::asio::awaitable<bool> replace(std::uint64_t refused, config::time_point by) override;
    [[nodiscard]] std::string_view advice() const override;

    /// Tells `listener`, which must outlive run(), of every token.
    void tell(sign_in_listener& listener) noexcept { listener_ = &listener; }
    /// The present token was refused where nobody waits for another one.
    void renew();

    /// Fetches tokens when they are due, until it is cancelled.
    boost::asio::awaitable<void> run();

private:
    /// Lives in the frame of whoever waits for the end of an attempt.
    struct waiter
        : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        std::unique_ptr<pipeline::alarm> bell;
    };
    boost::asio::awaitable<void> wait_for_attempt(config::time_point by);
    void take(pipeline::result<access_token> got);
    void keep(access_token token);
    void tell_failure(const pipeline::failure& why);

    pipeline::timeline& time_;
    pipeline::event_log& log_;
    std::unique_ptr<token_source> source_;
    token_schedule schedule_;
    std::unique_ptr<pipeline::alarm> due_;
    sign_in_listener* listener_ = nullptr;
    std::optional<config::secret> line_;        // the whole header line
    std::optional<pipeline::failure> failure_;  // of the last attempt
    std::uint64_t version_ = 0;
    std::uint64_t attempts_ = 0;
    boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

}  // namespace worker
