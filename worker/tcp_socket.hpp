#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "worker/deadline.hpp"
#include "worker/host_lookup.hpp"

namespace worker {

/// On the loop's own executor type instead of the type-erased default: that is a tenth of the cost of a call.
using tcp_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// Connects to the first of `addresses` that takes the connection, IPv4 or IPv6, with an equal share of the
/// time for each, so that one that swallows packets does not stand in the way of the next. The action of
/// `limit` must be to close the socket. Gives the last error, operation_aborted also where it was cancelled.
[[nodiscard]] boost::asio::awaitable<boost::system::error_code> connect_to_one(
    tcp_socket& socket, deadline& limit, const host_lookup::addresses& addresses, config::time_point by);

/// Neither an end nor bytes are waiting to be read.
[[nodiscard]] bool is_quiet(tcp_socket& socket);

}  // namespace worker
