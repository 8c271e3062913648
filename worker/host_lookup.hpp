#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/failure.hpp"
#include "worker/deadline.hpp"
#include "worker/tether.hpp"

namespace worker {

/// Finds the addresses of one host.
///
/// Asio looks names up on one thread for the whole process, one after the other, and cannot call off a
/// lookup that has begun. So whoever waits here leaves when its own time is up, and connections that open
/// at the same moment share one lookup. Nothing is remembered once it has been answered: the system's
/// resolver knows how long an address is good for, and we do not.
///
/// Lives on the loop's thread.
class host_lookup {
public:
    using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

    /// `host` is a name, or an address, which needs no lookup; an IPv6 address comes without brackets.
    host_lookup(boost::asio::io_context& loop, std::string host, std::uint16_t port);
    host_lookup(const host_lookup&) = delete;
    host_lookup& operator=(const host_lookup&) = delete;

    /// At least one address, in the order in which they should be tried. Fails with http_failure::lookup,
    /// or timeout_connect when `by` has come. Cancellation throws. Must outlive the coroutine.
    boost::asio::awaitable<pipeline::result<addresses>> find(config::time_point by);

    [[nodiscard]] const std::string& host() const { return host_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    using resolver =
        boost::asio::ip::basic_resolver<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

    /// Lives in the frame of find() and leaves the list when the frame goes.
    struct waiter
        : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        explicit waiter(boost::asio::io_context& loop) : wake{loop} {}
        steady_timer wake;
        std::optional<pipeline::result<addresses>> found;
    };

    void start();
    void finish(const boost::system::error_code& error, const resolver::results_type& found);

    boost::asio::io_context& loop_;
    std::string host_;
    std::uint16_t port_;
    resolver resolver_;
    boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>> waiters_;
    bool looking_ = false;
    tether<host_lookup> tether_{*this};
};

}  // namespace worker
