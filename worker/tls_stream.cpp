#include "worker/tls_stream.hpp"

#include <openssl/err.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <new>

#include "worker/socket_bio.hpp"

namespace worker {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// OpenSSL judges an operation by what its queue of errors holds, and that may be somebody else's.
void forget_errors()
{
    ERR_clear_error();
    errno = 0;
}

}  // namespace

tls_stream::tls_stream(tcp_socket& socket, SSL_CTX* context)
    : socket_{socket}, connection_{SSL_new(context)}, gathered_(SSL3_RT_MAX_PLAIN_LENGTH)
{
    if (!connection_) throw std::bad_alloc{};
    auto* const bytes = make_socket_bio(socket);
    SSL_set_bio(connection_.get(), bytes, bytes);
    // A record in one call instead of two. With a buffer for more of them OpenSSL moves their bytes about.
    SSL_set_read_ahead(connection_.get(), 1);
    // The system's configuration of OpenSSL may have allowed it, and an answer that is cut would pass for
    // whole.
    SSL_clear_options(connection_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
}

tls_stream::~tls_stream() { ::explicit_bzero(gathered_.data(), gathered_.size()); }

asio::awaitable<error_code> tls_stream::connect()
{
    for (;;) {
        forget_errors();
        const auto outcome = SSL_connect(connection_.get());
        if (outcome == 1) co_return error_code{};
        const auto step = judge(outcome);
        if (!step.wait) co_return step.error;
        const auto [error] = co_await socket_.async_wait(*step.wait, asio::as_tuple(asio::use_awaitable));
        if (error) co_return error;
    }
}

tls_step tls_stream::read(asio::mutable_buffer into)
{
    if (owed_) return *owed_;
    std::size_t filled = 0;
    while (filled < into.size() && (filled == 0 || SSL_has_pending(connection_.get()) == 1)) {
        std::size_t got = 0;
        forget_errors();
        const auto outcome = SSL_read_ex(connection_.get(), static_cast<char*>(into.data()) + filled,
                                         into.size() - filled, &got);
        if (outcome != 1) {
            const auto step = judge(outcome);
            if (filled == 0) return step;
            if (!step.wait) owed_ = step;
            break;
        }
        filled += got;
    }
    return {.wait = {}, .error = {}, .bytes = filled};
}

tls_step tls_stream::write(asio::const_buffer from)
{
    if (from.size() == 0) return {};
    std::size_t sent = 0;
    forget_errors();
    const auto outcome = SSL_write_ex(connection_.get(), from.data(), from.size(), &sent);
    if (outcome != 1) return judge(outcome);
    if (from.data() == gathered_.data()) ::explicit_bzero(gathered_.data(), from.size());
    return {.wait = {}, .error = {}, .bytes = sent};
}

tls_step tls_stream::judge(int outcome) const
{
    const auto system_error = errno;
    switch (SSL_get_error(connection_.get(), outcome)) {
        case SSL_ERROR_WANT_READ: return {.wait = tcp_socket::wait_read, .error = {}};
        case SSL_ERROR_WANT_WRITE: return {.wait = tcp_socket::wait_write, .error = {}};
        case SSL_ERROR_ZERO_RETURN: return {.wait = {}, .error = asio::error::eof};
        case SSL_ERROR_SYSCALL:
            if (system_error == 0) return {.wait = {}, .error = asio::ssl::error::stream_truncated};
            return {.wait = {}, .error = {system_error, asio::error::get_system_category()}};
        default: break;
    }
    const auto why = ERR_get_error();
    if (why == 0) return {.wait = {}, .error = asio::ssl::error::unexpected_result};
    if (ERR_GET_LIB(why) == ERR_LIB_SSL && ERR_GET_REASON(why) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return {.wait = {}, .error = asio::ssl::error::stream_truncated};
    return {.wait = {}, .error = {static_cast<int>(why), asio::error::get_ssl_category()}};
}

}  // namespace worker
