#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string_view>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "worker/host_lookup.hpp"
#include "worker/http_answer.hpp"
#include "worker/proxy_hop.hpp"
#include "worker/tls_context.hpp"

namespace worker {

/// One request as it goes out. Views: what they look at must live until the exchange has ended.
struct http_request {
    std::string_view head;  ///< request line and header, with the empty line that ends it
    std::string_view body;
};

/// What one exchange may use.
struct exchange_limits {
    config::bytes longest_body;   ///< of the answer
    config::duration first_byte;  ///< from the beginning of the exchange to the answer's first bytes
    config::time_point complete_by;
};

/// One HTTP/1.1 connection to a service, plain or TLS, that is kept alive between exchanges.
///
/// Beast reads headers and chunked bodies. A body of known length is read straight into its own memory: by
/// way of Beast's buffers the same half megabyte costs twice to sixteen times as much.
///
/// Every failure of the network or of the peer is a value with a word of http_failure as its code, and
/// leaves a connection that is_reusable() denies. Cancellation throws boost::system::system_error with
/// operation_aborted. Redirects are not followed, and nothing is ever sent twice.
///
/// Lives on the loop's thread; coroutines of it must have ended before it is destroyed.
class http_connection {
public:
    /// Plain without `tls`, direct without `proxy`, both of which must outlive the connection.
    http_connection(boost::asio::io_context& loop, tls_context* tls, proxy_hop* proxy = nullptr);
    ~http_connection();
    http_connection(const http_connection&) = delete;
    http_connection& operator=(const http_connection&) = delete;

    /// Connects to the first address of `where`, or of the proxy, that takes the connection. Then, for TLS,
    /// the tunnel through the proxy, and the handshake: the certificate must lead to an authority of the
    /// tls_context and name the host. Without TLS the proxy is given the whole requests, and what else they
    /// show can be read there. To be called once.
    boost::asio::awaitable<pipeline::result<void>> open(host_lookup& where,
                                                        const config::call_timeouts& limits,
                                                        config::time_point complete_by);

    /// Sends the request and reads the whole answer. A peer that answers before it has read everything is
    /// heard (a 413, for example). The memory of the body is of `memory`.
    boost::asio::awaitable<pipeline::result<http_answer>> exchange(http_request ask, exchange_limits limits,
                                                                   pipeline::byte_pool& memory);

    /// Open, with nothing under way, not closed by the peer, and without bytes that nobody asked for.
    /// Looks at the socket: a peer that has closed meanwhile is noticed here.
    [[nodiscard]] bool is_reusable() const;
    /// Its TLS goes on from that of an earlier connection.
    [[nodiscard]] bool is_resumed() const;
    /// When open() had done its work.
    [[nodiscard]] config::time_point opened() const;

private:
    class wire;
    std::unique_ptr<wire> wire_;
};

}  // namespace worker
