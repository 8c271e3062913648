#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string_view>

#include "config/units.hpp"
#include "pipeline/failure.hpp"

namespace worker {

/// What the requests of a deployment show in order to be let in.
///
/// Lives on the loop's thread and outlives its coroutines.
class credential {
public:
    /// A view: valid until whoever asked for it waits for something again.
    struct shown {
        std::string_view lines;     ///< of the request's header, each with its CRLF; may be empty
        std::uint64_t version = 0;  ///< changes whenever `lines` do
    };

    virtual ~credential() = default;

    /// What a request is to carry now. Waits, at most until `by`, only where there is nothing yet or nothing
    /// any more. Cancellation throws.
    virtual boost::asio::awaitable<pipeline::result<shown>> show(config::time_point by) = 0;

    /// The service has answered 401 to a request with that version. True where something else can be shown
    /// now, with which the request may be repeated once. Waits and throws as show() does.
    virtual boost::asio::awaitable<bool> replace(std::uint64_t refused, config::time_point by) = 0;

    /// What people should look at where the service refuses it all the same; may be empty.
    [[nodiscard]] virtual std::string_view advice() const { return {}; }
};

/// Nothing, for servers without accounts.
class no_credential final : public credential {
public:
    boost::asio::awaitable<pipeline::result<shown>> show(config::time_point) override { co_return shown{}; }
    boost::asio::awaitable<bool> replace(std::uint64_t, config::time_point) override { co_return false; }
};

}  // namespace worker
