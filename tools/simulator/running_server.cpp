#include "tools/simulator/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <optional>
#include <thread>

#include "tools/simulator/connection.hpp"
#include "tools/simulator/fault_reader.hpp"
#include "tools/simulator/journal.hpp"
#include "tools/simulator/service.hpp"

namespace simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::acceptor listen(asio::io_context& io, const options& settings)
{
    return tcp::acceptor{io, tcp::endpoint{asio::ip::make_address(settings.host), settings.port}};
}

std::optional<asio::ssl::context> make_tls(const options& settings)
{
    if (settings.tls_certificate.empty() && settings.tls_key.empty()) return std::nullopt;
    std::optional<asio::ssl::context> tls{asio::ssl::context::tls_server};
    tls->use_certificate_chain(asio::buffer(settings.tls_certificate));
    tls->use_private_key(asio::buffer(settings.tls_key), asio::ssl::context::pem);
    return tls;
}

}  // namespace

/// The loop, its thread, and a stop signal for every coroutine that runs on it.
class running_server::listener {
public:
    explicit listener(const options& settings)
        : io_{1},
          tls_{make_tls(settings)},
          acceptor_{listen(io_, settings)},
          answers_{settings},
          journal_{settings.journal}
    {
        start(accept());
        thread_ = std::thread{[this] { io_.run(); }};
    }

    ~listener()
    {
        asio::post(io_, [this] {
            stopping_ = true;
            for (auto& each : running_) each.emit(asio::cancellation_type::terminal);
        });
        thread_.join();
    }

    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    [[nodiscard]] tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    [[nodiscard]] bool is_secure() const { return tls_.has_value(); }
    [[nodiscard]] service& answers() { return answers_; }

private:
    void start(asio::awaitable<void> work)
    {
        const auto which = running_.emplace(running_.end());
        asio::co_spawn(io_, std::move(work),
                       asio::bind_cancellation_slot(which->slot(), [this, which](std::exception_ptr why) {
                           running_.erase(which);
                           // A stop unwinds by exception; any other one is a bug, and ends the program.
                           if (why && !stopping_) std::rethrow_exception(why);
                       }));
    }

    asio::awaitable<void> accept()
    {
        asio::steady_timer breath{io_};
        while (!stopping_) {
            auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
            if (stopping_) co_return;
            if (!error) {
                start(tls_ ? serve_tls(std::move(socket), *tls_, answers_, journal_)
                           : serve(std::move(socket), answers_, journal_));
                continue;
            }
            // Out of file descriptors: the connection stays in the backlog until one comes free.
            breath.expires_after(std::chrono::milliseconds{50});
            co_await breath.async_wait(asio::use_awaitable);
        }
    }

    asio::io_context io_;
    std::optional<asio::ssl::context> tls_;
    tcp::acceptor acceptor_;
    service answers_;
    journal journal_;
    std::list<asio::cancellation_signal> running_;
    bool stopping_ = false;
    std::thread thread_;
};

running_server::running_server(options settings) : listener_{std::make_unique<listener>(settings)} {}
running_server::~running_server() = default;

std::uint16_t running_server::port() const { return listener_->endpoint().port(); }

std::string running_server::base_url() const
{
    const auto address = listener_->endpoint().address();
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return (listener_->is_secure() ? "https://" : "http://") + host + ":" + std::to_string(port());
}

simulator::account& running_server::account() { return listener_->answers().book(); }

void running_server::set_faults(std::vector<fault_rule> rules)
{
    listener_->answers().faults().set(std::move(rules));
}

void running_server::set_faults(std::string_view json) { set_faults(read_faults(json)); }

void running_server::set_quota(const quota_limits& limits)
{
    listener_->answers().limits().set(limits, quota::time_point::clock::now());
}

std::map<std::string, quota_count> running_server::quota_counts()
{
    return listener_->answers().limits().counts(quota::time_point::clock::now());
}

std::vector<http_request> running_server::requests() const { return listener_->answers().log().requests(); }

}  // namespace simulator
