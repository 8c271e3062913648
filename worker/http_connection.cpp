#include "worker/http_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "worker/absolute_form.hpp"
#include "worker/deadline.hpp"
#include "worker/http_failure.hpp"
#include "worker/proxy_refusal.hpp"
#include "worker/secret_text.hpp"
#include "worker/tcp_socket.hpp"
#include "worker/tls_handshake.hpp"
#include "worker/tls_stream.hpp"

namespace worker {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using pipeline::errc;
using pipeline::failure;
using pipeline::result;

namespace {

using head_parser = http::response_parser<http::empty_body>;
using whole_parser = http::response_parser<http::string_body>;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

constexpr int proxy_wants_account = 407;
constexpr config::bytes longest_refusal{1024 * 1024};  // of a proxy; its page is not read
constexpr std::size_t head_buffer = 4 * 1024;
constexpr std::uint32_t longest_head = 32 * 1024;
constexpr std::size_t chunk_buffer = 64 * 1024;
constexpr std::size_t least_room = 512;

failure broken(errc reason, std::string_view code, std::string detail)
{
    return failure{reason, std::move(detail)}.with_code(std::string{code});
}

/// What a proxy needs of requests that it passes on instead of tunnelling them.
struct forwarding {
    std::string origin;    ///< "http://host"
    config::secret lines;  ///< Proxy-Authorization, or nothing
};

template <class Stream>
asio::awaitable<error_code> send(Stream& stream, http_request ask, const std::optional<forwarding>& by_proxy)
{
    std::array<asio::const_buffer, 6> parts{asio::buffer(ask.head)};
    if (by_proxy)
        std::ranges::transform(absolute_form(ask.head, by_proxy->origin, by_proxy->lines.reveal()),
                               parts.begin(), [](std::string_view piece) { return asio::buffer(piece); });
    parts.back() = asio::buffer(ask.body);
    const auto [error, sent] = co_await asio::async_write(stream, parts, completion);
    co_return error;
}

/// Reads straight into the body's own memory what the read-ahead does not hold already.
template <class Stream>
asio::awaitable<error_code> read_sized(Stream& stream, beast::flat_buffer& read_ahead,
                                       pipeline::shared_bytes& body)
{
    auto filled = std::min(read_ahead.size(), body.size());
    std::memcpy(body.data(), read_ahead.data().data(), filled);
    read_ahead.consume(filled);

    while (filled < body.size()) {
        const auto room = asio::buffer(body.data() + filled, body.size() - filled);
        const auto [error, got] = co_await stream.async_read_some(room, completion);
        if (error) co_return error;
        filled += got;
    }
    co_return error_code{};
}

/// Reads until `parser` has what `is_whole` asks for. Beast's own loop does not hear of a stop that comes
/// between two reads of it; here the next co_await throws.
template <class Stream, class Parser>
asio::awaitable<error_code> feed(Stream& stream, beast::flat_buffer& read_ahead, Parser& parser,
                                 bool (*is_whole)(const Parser&))
{
    for (;;) {
        error_code error;
        if (read_ahead.size() > 0) read_ahead.consume(parser.put(read_ahead.data(), error));
        if (error && error != http::error::need_more) co_return error;
        if (is_whole(parser)) co_return error_code{};

        const auto room = std::max(least_room, read_ahead.capacity() - read_ahead.size());
        const auto [read_error, got] = co_await stream.async_read_some(read_ahead.prepare(room), completion);
        read_ahead.commit(got);
        if (read_error == asio::error::eof && parser.got_some()) {
            error_code incomplete;
            parser.put_eof(incomplete);
            co_return incomplete;
        }
        if (read_error)
            co_return read_error == asio::error::eof ? make_error_code(http::error::end_of_stream)
                                                     : read_error;
    }
}

template <class Stream>
asio::awaitable<error_code> read_body(Stream& stream, beast::flat_buffer& read_ahead, head_parser& head,
                                      pipeline::byte_pool& memory, pipeline::shared_bytes& body)
{
    if (head.is_done()) co_return error_code{};
    if (const auto length = head.content_length(); length && !head.chunked()) {
        body = memory.take(*length);
        co_return co_await read_sized(stream, read_ahead, body);
    }
    whole_parser whole{std::move(head)};
    whole.eager(true);
    read_ahead.reserve(chunk_buffer);
    const auto error = co_await feed<Stream, whole_parser>(
        stream, read_ahead, whole, [](const whole_parser& each) { return each.is_done(); });
    body = pipeline::shared_bytes::copy_of(whole.get().body());
    co_return error;
}

}  // namespace

class http_connection::wire {
public:
    wire(asio::io_context& loop, tls_context* tls, proxy_hop* proxy)
        : socket_{loop}, limit_{loop, [this] { close(); }}, tls_{tls}, proxy_{proxy}
    {
        if (tls != nullptr) tls_stream_.emplace(socket_, tls->native().native_handle());
        read_ahead_.reserve(head_buffer);
    }

    asio::awaitable<result<void>> open(host_lookup& where, config::call_timeouts limits,
                                       config::time_point complete_by);
    asio::awaitable<result<http_answer>> exchange(http_request ask, exchange_limits limits,
                                                  pipeline::byte_pool& memory)
    {
        return tls_stream_ ? exchange_over(*tls_stream_, ask, limits, memory)
                           : exchange_over(socket_, ask, limits, memory);
    }
    [[nodiscard]] bool is_resumed()
    {
        return tls_stream_ && SSL_session_reused(tls_stream_->native_handle()) == 1;
    }
    [[nodiscard]] config::time_point opened() const { return opened_; }
    [[nodiscard]] bool is_reusable()
    {
        return reusable_ && socket_.is_open() && is_quiet(socket_) &&
               (!tls_stream_ || tls_stream_->is_quiet());
    }

private:
    asio::awaitable<result<void>> connect(host_lookup& where, config::time_point by);
    asio::awaitable<result<void>> go_through(const host_lookup& server, config::time_point by);
    asio::awaitable<result<void>> tunnel(const std::string& server, const config::secret& lines,
                                         config::time_point by);
    asio::awaitable<result<void>> start_tls(const std::string& host, config::time_point by);
    template <class Stream>
    asio::awaitable<result<http_answer>> exchange_over(Stream& stream, http_request ask,
                                                       exchange_limits limits, pipeline::byte_pool& memory);
    template <class Stream>
    asio::awaitable<error_code> read_head(Stream& stream, std::optional<head_parser>& head,
                                          config::bytes longest_body);
    [[nodiscard]] failure explain(error_code error, config::time_point complete_by) const;
    void throw_if_cancelled(error_code error) const;
    void close();

    tcp_socket socket_;
    std::optional<tls_stream> tls_stream_;
    deadline limit_;
    tls_context* tls_;
    proxy_hop* proxy_;
    std::optional<forwarding> forwarding_;
    beast::flat_buffer read_ahead_;
    config::time_point opened_;
    bool answer_begun_ = false;
    bool reusable_ = false;
};

asio::awaitable<result<void>> http_connection::wire::open(host_lookup& where, config::call_timeouts limits,
                                                          config::time_point complete_by)
{
    const auto connect_by = std::min(config::clock::now() + limits.connect, complete_by);
    auto connected = co_await connect(proxy_ != nullptr ? proxy_->where() : where, connect_by);
    if (connected && proxy_ != nullptr) connected = co_await go_through(where, connect_by);
    if (connected && tls_ != nullptr) {
        const auto tls_by = std::min(config::clock::now() + limits.tls, complete_by);
        connected = co_await start_tls(where.host(), tls_by);
    }
    limit_.clear();
    opened_ = config::clock::now();
    reusable_ = connected.has_value();
    co_return connected;
}

asio::awaitable<result<void>> http_connection::wire::start_tls(const std::string& host, config::time_point by)
{
    limit_.set(by);
    auto shaken = co_await shake_hands(*tls_stream_, *tls_, host, limit_);
    if (limit_.passed())
        co_return broken(errc::transient, http_failure::timeout_tls,
                         "no TLS handshake with " + host + " in time");
    if (!shaken) close();
    co_return shaken;
}

asio::awaitable<result<void>> http_connection::wire::connect(host_lookup& where, config::time_point by)
{
    const auto found = co_await where.find(by);
    if (!found) co_return found.error();

    const auto error = co_await connect_to_one(socket_, limit_, *found, by);
    throw_if_cancelled(error);
    if (!error && !limit_.passed()) co_return result<void>{};
    const auto place =
        (proxy_ != nullptr ? "the proxy " : "") + where.host() + ":" + std::to_string(where.port());
    if (limit_.passed())
        co_return broken(errc::transient, http_failure::timeout_connect,
                         "no connection to " + place + " in time");
    co_return broken(errc::transient, http_failure::connect,
                     "cannot connect to " + place + ": " + error.message());
}

asio::awaitable<result<void>> http_connection::wire::go_through(const host_lookup& server,
                                                                config::time_point by)
{
    auto lines = proxy_->authorization();
    if (!lines) co_return lines.error();
    const auto host =
        server.host().find(':') == std::string::npos ? server.host() : '[' + server.host() + ']';
    const auto place = host + ':' + std::to_string(server.port());
    if (tls_ != nullptr) co_return co_await tunnel(place, *lines, by);
    forwarding_.emplace("http://" + place, *std::move(lines));
    co_return result<void>{};
}

// RFC 9110 section 9.3.6. Nothing of what is asked behind it is said here: the proxy reads along.
asio::awaitable<result<void>> http_connection::wire::tunnel(const std::string& server,
                                                            const config::secret& lines,
                                                            config::time_point by)
{
    const auto ask =
        joined_secret({"CONNECT ", server, " HTTP/1.1\r\nHost: ", server, "\r\n", lines.reveal(), "\r\n"});
    limit_.set(by);
    const http_request request{.head = ask.reveal(), .body = {}};
    const auto send_error = co_await send(socket_, request, std::nullopt);
    throw_if_cancelled(send_error);
    std::optional<head_parser> head;
    const auto head_error = co_await read_head(socket_, head, longest_refusal);
    throw_if_cancelled(head_error);

    const auto proxy = "the proxy " + config::described(proxy_->settings());
    if (limit_.passed())
        co_return broken(errc::transient, http_failure::timeout_connect,
                         proxy + ", has not connected to " + server + " in time");
    if (head_error)
        co_return broken(errc::transient, http_failure::proxy,
                         proxy + ", has not answered: " + head_error.message());
    const auto status = static_cast<int>(head->get().result_int());
    if (status / 100 != 2) {
        close();
        co_return proxy_refusal(status, proxy_->settings(), server);
    }
    // The server says nothing before it is spoken to: whoever says it now is somebody else.
    if (read_ahead_.size() > 0)
        co_return broken(errc::transient, http_failure::garbage, proxy + ", has sent bytes of its own");
    co_return result<void>{};
}

template <class Stream>
asio::awaitable<error_code> http_connection::wire::read_head(Stream& stream, std::optional<head_parser>& head,
                                                             config::bytes longest_body)
{
    answer_begun_ = false;
    for (;;) {
        head.emplace();
        head->header_limit(longest_head);
        head->body_limit(static_cast<std::uint64_t>(longest_body.count()));
        const auto error = co_await feed<Stream, head_parser>(
            stream, read_ahead_, *head, [](const head_parser& each) { return each.is_header_done(); });
        answer_begun_ = answer_begun_ || head->got_some() || read_ahead_.size() > 0;
        if (error) co_return error;

        // RFC 9110 §15.2: interim answers may come unasked. A change of protocol is not one of them.
        const auto status = head->get().result_int();
        if (status / 100 != 1 || status == 101) co_return error_code{};
    }
}

template <class Stream>
asio::awaitable<result<http_answer>> http_connection::wire::exchange_over(Stream& stream, http_request ask,
                                                                          exchange_limits limits,
                                                                          pipeline::byte_pool& memory)
{
    reusable_ = false;
    limit_.set(std::min(config::clock::now() + limits.first_byte, limits.complete_by));
    const auto send_error = co_await send(stream, ask, forwarding_);
    throw_if_cancelled(send_error);

    // Whatever became of the request: a peer that refuses it half-way has an answer for us.
    std::optional<head_parser> head;
    const auto head_error = co_await read_head(stream, head, limits.longest_body);
    throw_if_cancelled(head_error);
    if (head_error || limit_.passed())
        co_return explain(send_error && !answer_begun_ && !refusal_in(head_error) ? send_error : head_error,
                          limits.complete_by);

    http_answer answer;
    answer.status = static_cast<int>(head->get().result_int());
    if (forwarding_ && answer.status == proxy_wants_account)
        co_return proxy_refusal(answer.status, proxy_->settings(), forwarding_->origin);
    for (const auto& field : head->get()) answer.headers.add(field.name_string(), field.value());
    const bool kept_alive = head->keep_alive() && answer.status >= 200 && !send_error;

    limit_.set(limits.complete_by);
    const auto body_error = co_await read_body(stream, read_ahead_, *head, memory, answer.body);
    throw_if_cancelled(body_error);
    if (body_error || limit_.passed()) co_return explain(body_error, limits.complete_by);

    limit_.clear();
    reusable_ = kept_alive && read_ahead_.size() == 0;
    co_return answer;
}

failure http_connection::wire::explain(error_code error, config::time_point complete_by) const
{
    const error_code end_of_stream = make_error_code(http::error::end_of_stream);

    if (limit_.passed() && config::clock::now() >= complete_by)
        return broken(errc::timed_out, http_failure::timeout_whole, "no complete answer in time");
    if (limit_.passed())
        return broken(errc::timed_out, http_failure::timeout_first_byte, "no answer began in time");
    if (error == http::error::body_limit)
        return broken(errc::transient, http_failure::body_limit,
                      "the answer is longer than what was asked for");
    if (auto refusal = refusal_in(error)) return *std::move(refusal);
    if (error == http::error::end_of_stream || !answer_begun_)
        return broken(errc::transient, http_failure::reset,
                      "the connection ended before an answer: " + error.message());
    if (error.category() == end_of_stream.category() && error != http::error::partial_message)
        return broken(errc::transient, http_failure::garbage, "the answer is not HTTP: " + error.message());
    return broken(errc::transient, http_failure::cut_short,
                  "the connection ended within the answer: " + error.message());
}

void http_connection::wire::throw_if_cancelled(error_code error) const
{
    if (error == asio::error::operation_aborted && !limit_.passed()) throw boost::system::system_error{error};
}

void http_connection::wire::close()
{
    error_code ignored;
    socket_.close(ignored);
}

http_connection::http_connection(asio::io_context& loop, tls_context* tls, proxy_hop* proxy)
    : wire_{std::make_unique<wire>(loop, tls, proxy)}
{}

http_connection::~http_connection() = default;

asio::awaitable<result<void>> http_connection::open(host_lookup& where, const config::call_timeouts& limits,
                                                    config::time_point complete_by)
{
    return wire_->open(where, limits, complete_by);
}

asio::awaitable<result<http_answer>> http_connection::exchange(http_request ask, exchange_limits limits,
                                                               pipeline::byte_pool& memory)
{
    return wire_->exchange(ask, limits, memory);
}

bool http_connection::is_reusable() const { return wire_->is_reusable(); }

bool http_connection::is_resumed() const { return wire_->is_resumed(); }

config::time_point http_connection::opened() const { return wire_->opened(); }

}  // namespace worker
