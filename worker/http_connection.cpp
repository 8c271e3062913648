#include "worker/http_connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "worker/deadline.hpp"
#include "worker/http_failure.hpp"

namespace worker {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using pipeline::errc;
using pipeline::failure;
using pipeline::result;

namespace {

// Concrete executors instead of the type-erased default: that is a tenth of the cost of a call.
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using tls_stream = asio::ssl::stream<tcp_socket&>;
using head_parser = http::response_parser<http::empty_body>;
using whole_parser = http::response_parser<http::string_body>;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t head_buffer = 4 * 1024;
constexpr std::uint32_t longest_head = 32 * 1024;
// Beast reads no more at a time than its buffer has room for, and a new buffer has room for 512 bytes.
constexpr std::size_t chunk_buffer = 64 * 1024;

failure broken(errc reason, std::string_view code, std::string detail)
{
    return failure{reason, std::move(detail)}.with_code(std::string{code});
}

/// Requests go out at once; and probes keep load balancers and firewalls from forgetting a connection on
/// which a long answer is awaited (Azure's drop one that is silent for four minutes).
void set_options(tcp_socket& socket)
{
    error_code ignored;  // a connection without them is slower, not wrong
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    const int seconds = 30;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
}

/// Neither an end nor bytes are waiting to be read.
bool is_quiet(tcp_socket& socket)
{
    char byte = 0;
    const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

template <class Stream>
asio::awaitable<error_code> send(Stream& stream, http_request ask)
{
    const std::array parts{asio::buffer(ask.head), asio::buffer(ask.body)};
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
    read_ahead.reserve(chunk_buffer);
    const auto [error, got] = co_await http::async_read(stream, read_ahead, whole, completion);
    body = pipeline::shared_bytes::copy_of(whole.get().body());
    co_return error;
}

}  // namespace

class http_connection::wire {
public:
    wire(asio::io_context& loop, tls_context* tls) : socket_{loop}, limit_{loop, [this] { close(); }}
    {
        if (tls != nullptr) tls_.emplace(socket_, tls->native());
        read_ahead_.reserve(head_buffer);
    }

    asio::awaitable<result<void>> open(host_lookup& where, config::call_timeouts limits,
                                       config::time_point complete_by);
    asio::awaitable<result<http_answer>> exchange(http_request ask, exchange_limits limits,
                                                  pipeline::byte_pool& memory)
    {
        return tls_ ? exchange_over(*tls_, ask, limits, memory) : exchange_over(socket_, ask, limits, memory);
    }
    [[nodiscard]] bool is_reusable() { return reusable_ && socket_.is_open() && is_quiet(socket_); }

private:
    asio::awaitable<result<void>> connect(host_lookup& where, config::time_point by);
    asio::awaitable<result<void>> shake_hands(const std::string& host, config::time_point by);
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
    std::optional<tls_stream> tls_;
    deadline limit_;
    beast::flat_buffer read_ahead_;
    bool answer_begun_ = false;
    bool reusable_ = false;
};

asio::awaitable<result<void>> http_connection::wire::open(host_lookup& where, config::call_timeouts limits,
                                                          config::time_point complete_by)
{
    const auto connect_by = std::min(config::clock::now() + limits.connect, complete_by);
    auto connected = co_await connect(where, connect_by);
    if (connected && tls_) {
        const auto tls_by = std::min(config::clock::now() + limits.tls, complete_by);
        connected = co_await shake_hands(where.host(), tls_by);
    }
    limit_.clear();
    reusable_ = connected.has_value();
    co_return connected;
}

asio::awaitable<result<void>> http_connection::wire::connect(host_lookup& where, config::time_point by)
{
    const auto found = co_await where.find(by);
    if (!found) co_return found.error();

    const auto place = where.host() + ":" + std::to_string(where.port());
    error_code last_error;
    auto left = static_cast<config::duration::rep>(found->size());
    for (const auto& address : *found) {
        const auto now = config::clock::now();
        limit_.set(now + (by - now) / left--);
        const auto [error] = co_await socket_.async_connect(address, completion);
        throw_if_cancelled(error);
        if (!error && !limit_.passed()) {
            set_options(socket_);
            co_return result<void>{};
        }
        last_error = error;
        close();
    }
    if (limit_.passed())
        co_return broken(errc::transient, http_failure::timeout_connect,
                         "no connection to " + place + " in time");
    co_return broken(errc::transient, http_failure::connect,
                     "cannot connect to " + place + ": " + last_error.message());
}

asio::awaitable<result<void>> http_connection::wire::shake_hands(const std::string& host,
                                                                 config::time_point by)
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    // RFC 6066 §3 allows no addresses there. (The macro for this casts in the old style.)
    if (not_an_address)
        SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str()));
    SSL_set1_host(tls_->native_handle(), host.c_str());

    limit_.set(by);
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, completion);
    throw_if_cancelled(error);
    if (limit_.passed())
        co_return broken(errc::transient, http_failure::timeout_tls,
                         "no TLS handshake with " + host + " in time");
    if (!error) co_return result<void>{};

    close();
    const auto verdict = SSL_get_verify_result(tls_->native_handle());
    const auto why = verdict == X509_V_OK
                         ? error.message()
                         : "its certificate is refused (" +
                               std::string{X509_verify_cert_error_string(verdict)} + "), see ca_file";
    co_return broken(errc::transient, http_failure::tls, "no TLS connection to " + host + ": " + why);
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
        const auto [error, got] = co_await http::async_read_header(stream, read_ahead_, *head, completion);
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
    const auto send_error = co_await send(stream, ask);
    throw_if_cancelled(send_error);

    // Whatever became of the request: a peer that refuses it half-way has an answer for us.
    std::optional<head_parser> head;
    const auto head_error = co_await read_head(stream, head, limits.longest_body);
    throw_if_cancelled(head_error);
    if (head_error || limit_.passed())
        co_return explain(send_error && !answer_begun_ ? send_error : head_error, limits.complete_by);

    http_answer answer;
    answer.status = static_cast<int>(head->get().result_int());
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

http_connection::http_connection(asio::io_context& loop, tls_context* tls)
    : wire_{std::make_unique<wire>(loop, tls)}
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

}  // namespace worker
