#include "worker/http_pool.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::result;

namespace {

constexpr config::duration longest_idle = std::chrono::minutes{1};
constexpr config::duration longest_life = std::chrono::minutes{10};

}  // namespace

connection_counts& connection_counts::operator+=(const connection_counts& others)
{
    connections += others.connections;
    handshakes += others.handshakes;
    resumed += others.resumed;
    return *this;
}

http_pool::http_pool(asio::io_context& loop, std::string host, std::uint16_t port,
                     config::call_timeouts limits, tls_context* tls, std::size_t most_idle, proxy_hop* proxy)
    : loop_{loop},
      where_{loop, std::move(host), port},
      limits_{limits},
      tls_{tls},
      proxy_{proxy},
      idle_{{longest_idle, longest_life, most_idle}},
      next_expiry_{loop, [this] { expire(); }}
{}

asio::awaitable<result<http_pool::lease>> http_pool::borrow(config::time_point complete_by)
{
    while (auto connection = idle_.take()) {
        if (connection->is_reusable()) co_return lease{*this, std::move(connection), lease::use::before};
    }
    co_return co_await open(complete_by);
}

asio::awaitable<result<http_pool::lease>> http_pool::open(config::time_point complete_by)
{
    auto connection = std::make_unique<http_connection>(loop_, tls_, proxy_);
    const auto opened = co_await connection->open(where_, limits_, complete_by);
    if (!opened) co_return opened.error();
    ++counts_.connections;
    if (tls_ != nullptr) ++counts_.handshakes;
    if (connection->is_resumed()) ++counts_.resumed;
    co_return lease{*this, std::move(connection), lease::use::never};
}

void http_pool::close_all()
{
    closed_ = true;
    idle_.clear();
    next_expiry_.clear();
}

void http_pool::take_back(std::unique_ptr<http_connection> connection)
{
    if (closed_ || !connection->is_reusable()) return;
    const bool was_empty = idle_.size() == 0;
    const auto born = connection->opened();
    idle_.put(std::move(connection), born, config::clock::now());
    if (was_empty && idle_.size() > 0) next_expiry_.set(idle_.next_expiry());
}

void http_pool::expire()
{
    idle_.expire(config::clock::now());
    if (idle_.size() > 0) next_expiry_.set(idle_.next_expiry());
}

}  // namespace worker
