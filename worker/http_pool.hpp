#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "worker/deadline.hpp"
#include "worker/host_lookup.hpp"
#include "worker/http_connection.hpp"
#include "worker/idle_stack.hpp"
#include "worker/tls_context.hpp"

namespace worker {

/// What has been opened.
struct connection_counts {
    std::uint64_t connections = 0;
    std::uint64_t handshakes = 0;  ///< of TLS
    std::uint64_t resumed = 0;     ///< of these: with a session of an earlier connection

    connection_counts& operator+=(const connection_counts& others);
};

/// The connections to one server. They are lent out, and kept alive between two loans for a minute: less
/// than the four minutes after which Azure's load balancers forget them. None is lent again when it is ten
/// minutes old, so that a server which has moved to other addresses is followed there.
///
/// Sets no limit to how many are lent: the call slots of a deployment do.
///
/// Lives on the loop's thread and outlives its leases. While connections are idle a timer keeps the loop
/// running; close_all() ends that.
class http_pool {
public:
    /// A connection on loan. When the lease goes, the connection returns to the pool if it is still of use.
    class [[nodiscard]] lease {
    public:
        lease(lease&&) noexcept = default;
        lease& operator=(lease&&) = delete;
        ~lease()
        {
            if (connection_) pool_->take_back(std::move(connection_));
        }

        [[nodiscard]] http_connection& connection() { return *connection_; }
        /// It has carried an exchange before, so its peer may have been about to close it.
        [[nodiscard]] bool is_used() const { return used_ == use::before; }

    private:
        friend http_pool;
        enum class use { never, before };
        lease(http_pool& pool, std::unique_ptr<http_connection> connection, use used)
            : pool_{&pool}, connection_{std::move(connection)}, used_{used}
        {}

        http_pool* pool_;
        std::unique_ptr<http_connection> connection_;
        use used_;
    };

    /// Plain without `tls`, direct without `proxy`, both of which must outlive the pool.
    http_pool(boost::asio::io_context& loop, std::string host, std::uint16_t port,
              config::call_timeouts limits, tls_context* tls, std::size_t most_idle,
              proxy_hop* proxy = nullptr);

    /// An idle connection where there is one that its peer has not closed, else a new one. Fails as
    /// http_connection::open does.
    boost::asio::awaitable<pipeline::result<lease>> borrow(config::time_point complete_by);
    /// A new connection in any case.
    boost::asio::awaitable<pipeline::result<lease>> open(config::time_point complete_by);

    /// Drops every idle connection, and those on loan when they come back.
    void close_all();
    [[nodiscard]] std::size_t idle() const { return idle_.size(); }
    [[nodiscard]] const connection_counts& counts() const { return counts_; }

private:
    void take_back(std::unique_ptr<http_connection> connection);
    void expire();

    boost::asio::io_context& loop_;
    host_lookup where_;
    config::call_timeouts limits_;
    tls_context* tls_;
    proxy_hop* proxy_;
    idle_stack<std::unique_ptr<http_connection>> idle_;
    deadline next_expiry_;
    connection_counts counts_;
    bool closed_ = false;
};

}  // namespace worker
