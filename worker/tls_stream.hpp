#pragma once

#include <openssl/ssl.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "worker/destroyed_by.hpp"
#include "worker/tcp_socket.hpp"

namespace worker {

/// How far OpenSSL came without waiting.
struct tls_step {
    std::optional<tcp_socket::wait_type> wait;  ///< for this, and then the same again; otherwise it is done
    boost::system::error_code error;            ///< as asio::ssl::stream has them, or the system's
    std::size_t bytes = 0;
};

/// TLS as a client over a socket, which is connected elsewhere: a stream in the sense of Asio and Beast.
///
/// OpenSSL reads and writes the socket by itself, and Asio waits where that would block. asio::ssl::stream
/// passes every byte through two buffers more and reads one record of 16 KiB at a time, which answers of half
/// a megabyte feel (tools/bench tls).
///
/// One operation at a time, on buffers of which the first is not empty. Lives on the loop's thread; socket
/// and buffers outlive its operations. Closing the socket ends them; reads may still give what had come by
/// then.
class tls_stream {
public:
    using executor_type = tcp_socket::executor_type;

    /// Throws std::bad_alloc where OpenSSL has no memory for it.
    tls_stream(tcp_socket& socket, SSL_CTX* context);
    ~tls_stream();
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;

    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    [[nodiscard]] SSL* native_handle() { return connection_.get(); }
    /// The peer has neither said more than what was asked for nor that this is the end. What the socket still
    /// holds is not looked at.
    [[nodiscard]] bool is_quiet() const { return !owed_ && SSL_has_pending(connection_.get()) == 0; }

    /// Shakes hands; operation_aborted where it was cancelled or the socket closed.
    [[nodiscard]] boost::asio::awaitable<boost::system::error_code> connect();

    /// Fills the buffer as far as that goes without waiting again. Where the connection ends without TLS's
    /// goodbye the error is asio::ssl::error::stream_truncated (RFC 8446 section 6.1).
    template <class Buffers, class Token>
    auto async_read_some(const Buffers& into, Token&& token)
    {
        const boost::asio::mutable_buffer room{*boost::asio::buffer_sequence_begin(into)};
        return start([this, room] { return read(room); }, std::forward<Token>(token));
    }

    /// Writes the first buffer; where that is a short one, also what follows it and fits into the same
    /// record.
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& from, Token&& token)
    {
        boost::asio::const_buffer part{*boost::asio::buffer_sequence_begin(from)};
        if (part.size() < gathered_.size() && part.size() < boost::asio::buffer_size(from))
            part = boost::asio::buffer(gathered_,
                                       boost::asio::buffer_copy(boost::asio::buffer(gathered_), from));
        return start([this, part] { return write(part); }, std::forward<Token>(token));
    }

private:
    template <class Attempt>
    struct operation {
        tls_stream& stream;
        Attempt attempt;
        std::optional<tls_step> done_at_once;
        bool has_waited = false;

        template <class Self>
        void operator()(Self& self, boost::system::error_code waited = {})
        {
            if (done_at_once) return self.complete(done_at_once->error, done_at_once->bytes);
            if (waited) return self.complete(waited, 0);
            const auto step = attempt();
            if (step.wait) {
                has_waited = true;
                return stream.socket_.async_wait(*step.wait, std::move(self));
            }
            if (has_waited) return self.complete(step.error, step.bytes);
            done_at_once = step;  // whoever starts an operation must not be called back from within
            boost::asio::post(stream.get_executor(), std::move(self));
        }
    };

    template <class Attempt, class Token>
    auto start(Attempt attempt, Token&& token)
    {
        return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
            operation<Attempt>{*this, std::move(attempt), {}}, token, socket_);
    }

    [[nodiscard]] tls_step read(boost::asio::mutable_buffer into);
    [[nodiscard]] tls_step write(boost::asio::const_buffer from);
    [[nodiscard]] tls_step judge(int outcome) const;

    tcp_socket& socket_;
    std::unique_ptr<SSL, destroyed_by<SSL_free>> connection_;
    std::optional<tls_step> owed_;  ///< how the connection ended, to whoever reads on; OpenSSL says it once
    std::vector<char> gathered_;  ///< a record in the making; wiped, since heads of requests hold credentials
};

}  // namespace worker
