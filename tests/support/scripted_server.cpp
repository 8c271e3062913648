#include "tests/support/scripted_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <charconv>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

namespace tests {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

namespace {

std::size_t content_length(std::string_view head)
{
    constexpr std::string_view name = "Content-Length: ";
    std::size_t length = 0;
    if (const auto at = head.find(name); at != std::string_view::npos)
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    return length;
}

/// What has arrived, for the thread of the test to look at.
class record_of_requests {
public:
    void add(const std::string& request)
    {
        const std::lock_guard lock{mutex_};
        requests_.push_back(request);
    }
    void add_bytes(std::size_t count) { bytes_ += count; }
    [[nodiscard]] std::vector<std::string> all() const
    {
        const std::lock_guard lock{mutex_};
        return requests_;
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::atomic<std::size_t> bytes_ = 0;
};

template <class Stream>
class stream_peer final : public peer {
public:
    stream_peer(Stream& stream, record_of_requests& record) : stream_{stream}, record_{record} {}

    std::string read_head() override
    {
        await_head();
        return received_;
    }

    std::string read_request() override
    {
        const auto end = await_head();
        const auto size = end + 4 + content_length({received_.data(), end});
        while (received_.size() < size) receive();
        auto request = received_.substr(0, size);
        received_.erase(0, size);
        record_.add(request);
        return request;
    }

    void send(std::string_view bytes) override { asio::write(stream_, asio::buffer(bytes)); }

    void send_last(std::string_view bytes) override
    {
        // Written past Asio it lies in the buffer that shutdown() sends when it has added the goodbye.
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            SSL_write(stream_.native_handle(), bytes.data(), static_cast<int>(bytes.size()));
            stream_.shutdown();
        }
    }

    void stall() override
    {
        for (;;) receive();
    }

    void wait_unread() override
    {
        pollfd watched{.fd = stream_.lowest_layer().native_handle(), .events = POLLRDHUP, .revents = 0};
        ::poll(&watched, 1, -1);
    }

    void end_with_reset() override { stream_.lowest_layer().set_option(asio::socket_base::linger{true, 0}); }

private:
    std::size_t await_head()
    {
        for (;;) {
            const auto end = received_.find("\r\n\r\n");
            if (end != std::string::npos) return end;
            receive();
        }
    }

    void receive()
    {
        char bytes[4096];
        const auto got = stream_.read_some(asio::buffer(bytes));
        received_.append(bytes, got);
        record_.add_bytes(got);
    }

    Stream& stream_;
    record_of_requests& record_;
    std::string received_;
};

}  // namespace

class scripted_server::accepting {
public:
    accepting(std::vector<script> connections, const simulator::certificate_pair* identity,
              const tls_demands& demands)
        : listener_{loop_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
          port_{listener_.local_endpoint().port()},
          connections_{std::move(connections)}
    {
        if (identity != nullptr) {
            tls_.use_certificate_chain(asio::buffer(identity->certificate));
            tls_.use_private_key(asio::buffer(identity->key), ssl::context::pem);
            demand(demands);
        }
        thread_ = std::jthread{[this, encrypted = identity != nullptr] { serve(encrypted); }};
    }

    // Shutting down wakes the thread from whatever it waits in; closing is left to who opened.
    ~accepting()
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        ::shutdown(listener_.native_handle(), SHUT_RDWR);
        if (connected_ >= 0) ::shutdown(connected_, SHUT_RDWR);
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] const record_of_requests& record() const { return record_; }

private:
    void demand(const tls_demands& what)
    {
        // Sessions of clients that show certificates belong to a name.
        static constexpr unsigned char name[] = "scripted";
        SSL_CTX_set_session_id_context(tls_.native_handle(), name, sizeof name);
        if (!what.client_authority.empty()) {
            tls_.add_certificate_authority(asio::buffer(what.client_authority));
            tls_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
        }
        if (what.only_version == 0) return;
        SSL_CTX_set_security_level(tls_.native_handle(), 0);  // which old versions need
        SSL_CTX_set_min_proto_version(tls_.native_handle(), what.only_version);
        SSL_CTX_set_max_proto_version(tls_.native_handle(), what.only_version);
    }

    void serve(bool encrypted)
    {
        for (const auto& each : connections_) {
            tcp::socket socket{loop_};
            boost::system::error_code stopped;
            listener_.accept(socket, stopped);
            if (stopped || !watch(socket.native_handle())) return;
            try {
                encrypted ? serve_tls(socket, each) : serve_plain(socket, each);
            } catch (const boost::system::system_error&) {
                // The client has gone, or the server is being stopped: the script ends here.
            }
            watch(-1);
        }
        ::shutdown(listener_.native_handle(), SHUT_RDWR);
    }

    void serve_plain(tcp::socket& socket, const script& what)
    {
        stream_peer<tcp::socket> client{socket, record_};
        what(client);
    }

    void serve_tls(tcp::socket& socket, const script& what)
    {
        ssl::stream<tcp::socket&> stream{socket, tls_};
        stream.handshake(ssl::stream_base::server);
        stream_peer<ssl::stream<tcp::socket&>> client{stream, record_};
        what(client);
    }

    /// False when the server is stopping.
    bool watch(int connected)
    {
        const std::lock_guard lock{mutex_};
        connected_ = connected;
        return !stopping_;
    }

    asio::io_context loop_;
    ssl::context tls_{ssl::context::tls_server};
    tcp::acceptor listener_;
    std::uint16_t port_;
    std::vector<script> connections_;
    std::mutex mutex_;
    int connected_ = -1;
    bool stopping_ = false;
    record_of_requests record_;
    std::jthread thread_;
};

scripted_server::scripted_server(std::vector<script> connections, const simulator::certificate_pair* identity,
                                 const tls_demands& demands)
    : accepting_{std::make_unique<accepting>(std::move(connections), identity, demands)}
{}

scripted_server::~scripted_server() = default;

std::uint16_t scripted_server::port() const { return accepting_->port(); }

std::vector<std::string> scripted_server::requests() const { return accepting_->record().all(); }

std::size_t scripted_server::received() const { return accepting_->record().bytes(); }

script answering(std::string answer)
{
    return [answer = std::move(answer)](peer& client) {
        client.read_request();
        client.send(answer);
    };
}

std::string http_text(std::string_view status_line, std::string_view headers, std::string_view body)
{
    std::string text{"HTTP/1.1 "};
    text.append(status_line)
        .append("\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
    return text.append(headers).append("\r\n").append(body);
}

}  // namespace tests
