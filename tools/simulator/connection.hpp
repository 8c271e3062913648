#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "tools/simulator/journal.hpp"
#include "tools/simulator/service.hpp"

namespace simulator {

/// Serves one connection until either side ends it. Cancellation throws operation_aborted, everything
/// that the peer can do wrong just ends the connection. References must outlive the coroutine.
boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, service& answers, journal& kept);
boost::asio::awaitable<void> serve_tls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
                                       service& answers, journal& kept);

}  // namespace simulator
