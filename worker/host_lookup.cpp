#include "worker/host_lookup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

#include "worker/http_failure.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::errc;
using pipeline::failure;
using pipeline::result;

host_lookup::host_lookup(asio::io_context& loop, std::string host, std::uint16_t port)
    : loop_{loop}, host_{std::move(host)}, port_{port}, resolver_{loop}
{}

asio::awaitable<result<host_lookup::addresses>> host_lookup::find(config::time_point by)
{
    boost::system::error_code not_an_address;
    const auto literal = asio::ip::make_address(host_, not_an_address);
    if (!not_an_address) co_return addresses(1, {literal, port_});

    waiter me{loop_};
    waiters_.push_back(me);
    if (!looking_) start();

    me.wake.expires_at(by);
    const auto [cancelled] = co_await me.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    if (me.found) co_return *std::move(me.found);
    if (cancelled) throw boost::system::system_error{cancelled};
    co_return failure{errc::transient, "the address of " + host_ + " was not found in time"}.with_code(
        std::string{http_failure::timeout_connect});
}

void host_lookup::start()
{
    looking_ = true;
    // No address_configured flag: it makes localhost unknown on a machine without a network.
    resolver_.async_resolve(
        host_, std::to_string(port_), asio::ip::resolver_base::numeric_service,
        [end = tether_.tie()](const boost::system::error_code& error, const resolver::results_type& found) {
            if (auto* const self = end.object()) self->finish(error, found);
        });
}

void host_lookup::finish(const boost::system::error_code& error, const resolver::results_type& found)
{
    looking_ = false;
    auto answer = result<addresses>{addresses{found.begin(), found.end()}};
    if (error || found.empty())
        answer = failure{errc::transient, "cannot find the address of " + host_ + ": " + error.message()}
                     .with_code(std::string{http_failure::lookup});

    while (!waiters_.empty()) {
        auto& next = waiters_.front();
        waiters_.pop_front();
        next.found = answer;
        next.wake.cancel();
    }
}

}  // namespace worker
