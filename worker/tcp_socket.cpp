#include "worker/tcp_socket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>

namespace worker {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Requests go out at once; and probes keep load balancers and firewalls from forgetting a connection on
/// which a long answer is awaited (Azure's drop one that is silent for four minutes).
void set_options(tcp_socket& socket)
{
    error_code ignored;  // a connection without them is slower, not wrong
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    const int seconds = 30;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
}

}  // namespace

asio::awaitable<error_code> connect_to_one(tcp_socket& socket, deadline& limit,
                                           const host_lookup::addresses& addresses, config::time_point by)
{
    error_code last_error;
    auto left = static_cast<config::duration::rep>(addresses.size());
    for (const auto& address : addresses) {
        const auto now = config::clock::now();
        limit.set(now + (by - now) / left--);
        const auto [error] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
        if (!error && !limit.passed()) {
            set_options(socket);
            co_return error;
        }
        const bool is_cancelled = error == asio::error::operation_aborted && !limit.passed();
        last_error = error;
        error_code ignored;
        socket.close(ignored);
        if (is_cancelled) break;
    }
    co_return last_error;
}

bool is_quiet(tcp_socket& socket)
{
    char byte = 0;
    const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace worker
