#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>

#include "pipeline/failure.hpp"
#include "pipeline/lazy.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/publication_order.hpp"
#include "pipeline/record.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

/// Hears from a source what becomes of its claims while it is told anew what is its own.
class claim_listener {
public:
    virtual ~claim_listener() = default;
    /// All of them may soon be somebody else's: nothing is to be asked for them until claims_decided().
    virtual void claims_in_question() = 0;
    /// Calls for records of the source are under way: it may be worth waiting a moment for them.
    [[nodiscard]] virtual bool has_calls_under_way() const = 0;
    /// Some may be given up.
    virtual void claims_decided() = 0;
};

/// Where records come from.
class job_source {
public:
    virtual ~job_source() = default;
    /// The next record, where one is at hand. Fair between its partitions: one with more open records than
    /// `room`, which is how many may still be read over all, has its turn when some of them have ended. So
    /// a slow one takes half of the room, two take a third each, and some is always left for others (dynamic
    /// thresholds: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998).
    [[nodiscard]] virtual std::optional<record> take(std::size_t room) = 0;
    /// Once take() has given nothing: completes with true when it may give something again, and with false
    /// at the end of the input, or once the source was told to stop. Cancellation throws operation_aborted.
    virtual boost::asio::awaitable<bool> more() = 0;
    /// take() gives nothing of a route that is held, until it is released: it has enough for the present.
    virtual void hold_route(const std::string& route) = 0;
    virtual void release_route(const std::string& route) = 0;
    /// Reads no more of a route that has stopped; its offsets stay where they are.
    virtual void stop_route(const std::string& route) = 0;
    /// To whom to report from now on; null: nobody.
    virtual void report_claims(claim_listener* listener) = 0;
};

/// An outcome on its way out. Views, which live until it is published.
class publication {
public:
    /// Of an outcome whose claim is held and whose publication has begun.
    publication(const outcome& what, receipt& claim, order_place& place)
        : what_{&what}, claim_{&claim}, place_{&place}
    {}
    [[nodiscard]] const outcome& what() const noexcept { return *what_; }
    /// Another outcome in the place of this one, which could not be published.
    [[nodiscard]] publication instead(const outcome& other) const noexcept
    {
        return {other, *claim_, *place_};
    }
    [[nodiscard]] receipt& claim() const noexcept { return *claim_; }
    /// Later outcomes of the key will be published after this one: they may be handed over. Only one that is
    /// refused in the end comes later, as a dead letter.
    void is_in_order() const noexcept { place_->pass_on(); }

private:
    const outcome* what_;
    receipt* claim_;
    order_place* place_;
};

/// Where outcomes go.
class outcome_sink {
public:
    virtual ~outcome_sink() = default;
    /// Completes when every message of the outcome is durable, and in a transaction committed together with
    /// its claim, which is closed then; waits as long as the destination is away.
    /// Fails with errc::refused, and nothing of the outcome published, where a message can never be
    /// written (too large for the topic), and with errc::abandoned where the claim was given up meanwhile or
    /// the process is stopping. What `one` refers to must live until then.
    virtual lazy<result<void>> publish(publication one) = 0;
};

/// One deployment as the pipeline sees it.
class model_endpoint {
public:
    virtual ~model_endpoint() = default;
    /// One attempt; repeating is the dispatcher's business. Fails for anything the service or the network
    /// does, within the call timeouts; throws only on cancellation. `ask` must live until then.
    virtual boost::asio::awaitable<result<reply>> call(const request& ask) = 0;
};

}  // namespace pipeline
