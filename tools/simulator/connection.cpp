#include "tools/simulator/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/http_reader.hpp"
#include "tools/simulator/wire_format.hpp"

namespace simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// What has been read from the connection and not been used up. As large as the longest head.
class inbox {
public:
    static constexpr std::size_t capacity = 64 * 1024;

    [[nodiscard]] std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] bool full() const { return end_ - begin_ == capacity; }
    void drop(std::size_t count) { begin_ += count; }

    /// Room for more, at the end; moves what is unread to the front.
    asio::mutable_buffer room()
    {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        return asio::buffer(bytes_.get() + end_, capacity - end_);
    }
    void filled(std::size_t count) { end_ += count; }

private:
    // Not zeroed: an idle connection then costs only the pages that were used.
    std::unique_ptr<char[]> bytes_ = std::make_unique_for_overwrite<char[]>(capacity);
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(tls_stream& stream) { return stream.next_layer(); }

/// Waits until the peer has closed, whatever it still sends.
template <class Stream>
asio::awaitable<void> await_departure(Stream& stream)
{
    std::array<char, 4096> ignored{};
    for (;;) {
        const auto [error, count] = co_await stream.async_read_some(asio::buffer(ignored), as_values);
        if (error) co_return;
    }
}

/// Ends our side and waits for the peer's end: closing at once would send a reset where unread bytes lie
/// in the socket, and that can overtake the answer.
template <class Stream>
asio::awaitable<void> close_after_peer(Stream& stream)
{
    boost::system::error_code ignored;
    socket_of(stream).shutdown(tcp::socket::shutdown_send, ignored);
    co_await await_departure(socket_of(stream));
}

asio::awaitable<void> close_orderly(tcp::socket& stream) { co_await close_after_peer(stream); }

asio::awaitable<void> close_orderly(tls_stream& stream) { co_await stream.async_shutdown(as_values); }

void reset(tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
}

asio::awaitable<void> pause(std::chrono::nanoseconds wait)
{
    if (wait <= std::chrono::nanoseconds::zero()) co_return;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_after(wait);
    co_await timer.async_wait(asio::use_awaitable);
}

/// True where everything was written.
template <class Stream>
asio::awaitable<bool> write(Stream& stream, std::string_view head, std::string_view body)
{
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    const auto [error, count] = co_await asio::async_write(stream, parts, as_values);
    co_return !error;
}

/// The next request; nothing where the peer closed or sent what is no request (that is answered here).
template <class Stream>
asio::awaitable<std::optional<http_request>> read_request(Stream& stream, http_reader& reader, inbox& box)
{
    bool continued = false;
    for (;;) {
        if (!box.unread().empty()) box.drop(reader.feed(box.unread()));
        if (reader.failure() != 0 || (box.full() && !reader.done())) {
            constexpr int head_too_large = 431;
            const auto status = reader.failure() != 0 ? reader.failure() : head_too_large;
            const auto refusal = gateway_answer(status, std::to_string(status), "This is no request.");
            const auto head = head_of(refusal, framing::content_length, afterwards::close);
            co_await write(stream, head, refusal.body);
            co_await close_orderly(stream);
            co_return std::nullopt;
        }
        if (reader.done()) co_return reader.take();
        if (reader.wants_continue() && !continued) {
            continued = true;
            co_await write(stream, "HTTP/1.1 100 Continue\r\n\r\n", {});
        }
        const auto [error, count] = co_await stream.async_read_some(box.room(), as_values);
        if (error) co_return std::nullopt;
        box.filled(count);
    }
}

/// Sends an answer that a fault of the wire keeps from being whole, and ends the connection.
template <class Stream>
asio::awaitable<void> send_broken(Stream& stream, const delivery& out, std::string_view head,
                                  std::string_view body)
{
    switch (out.wire.end) {
        case ending::whole: co_return;
        case ending::reset: reset(socket_of(stream)); co_return;
        case ending::closed: co_await close_after_peer(stream); co_return;
        case ending::garbage:
            co_await write(stream, "\x16\x03 this is not HTTP\r\n\r\n", {});
            co_await close_after_peer(stream);
            co_return;
        case ending::cut:
            co_await write(stream, head, body.substr(0, std::min(out.wire.cut_after, body.size())));
            co_await close_after_peer(stream);
            co_return;
        case ending::stalled_before: co_await await_departure(stream); co_return;
        case ending::stalled_after_head:
            co_await write(stream, head, {});
            co_await await_departure(stream);
            co_return;
        case ending::stalled_in_body:
            co_await write(stream, head, body.substr(0, body.size() / 2));
            co_await await_departure(stream);
            co_return;
    }
}

/// Whether the connection goes on.
template <class Stream>
asio::awaitable<afterwards> deliver(Stream& stream, service& answers, const delivery& out, bool keep_alive)
{
    const auto then = keep_alive && !out.wire.close_after ? afterwards::keep_alive : afterwards::close;
    const auto delimited = out.wire.chunked ? framing::chunked : framing::content_length;
    const auto head = head_of(out.answer, delimited, then);
    std::string chunks;
    if (out.wire.chunked) chunks = chunked(out.answer.body);
    const std::string_view body = out.wire.chunked ? chunks : out.answer.body;

    if (out.on_account) answers.book().answered(out.paid);
    if (out.wire.end != ending::whole) {
        co_await send_broken(stream, out, head, body);
        co_return afterwards::close;
    }
    if (!co_await write(stream, head, body)) {
        if (out.on_account) answers.book().closed_early(out.paid);
        co_return afterwards::close;
    }
    if (then == afterwards::close) co_await close_orderly(stream);
    co_return then;
}

template <class Stream>
asio::awaitable<void> converse(Stream& stream, service& answers, journal& kept)
{
    http_reader reader;
    inbox box;
    for (;;) {
        auto request = co_await read_request(stream, reader, box);
        if (!request) co_return;
        const bool keep_alive = request->keep_alive;
        std::optional<http_request> asked;
        if (kept.is_kept()) asked = request;
        const auto out = answers.answer(*std::move(request), std::chrono::steady_clock::now());
        co_await pause(out.wait);
        // Behind the pause: a call that is still waiting when the simulator is killed was not answered. The
        // simulator's own paths are not on the account either.
        if (asked && out.on_account) kept.enter(*asked, out);
        const auto then = co_await deliver(stream, answers, out, keep_alive);
        if (then == afterwards::close) co_return;
    }
}

/// Answers are written in one piece: waiting to fill a packet only adds latency.
void send_at_once(tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
}

}  // namespace

asio::awaitable<void> serve(tcp::socket socket, service& answers, journal& kept)
{
    send_at_once(socket);
    co_await converse(socket, answers, kept);
}

asio::awaitable<void> serve_tls(tcp::socket socket, asio::ssl::context& tls, service& answers, journal& kept)
{
    send_at_once(socket);
    tls_stream stream{std::move(socket), tls};
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_values);
    if (!error) co_await converse(stream, answers, kept);
}

}  // namespace simulator
