#include "worker/tls_handshake.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

#include "worker/certificate_verdict.hpp"
#include "worker/http_failure.hpp"

namespace worker {

namespace asio = boost::asio;
using boost::system::error_code;
using pipeline::errc;
using pipeline::failure;
using pipeline::result;

namespace {

failure broken(std::string detail)
{
    return failure{errc::transient, std::move(detail)}.with_code(std::string{http_failure::tls});
}

void name_host(SSL* connection, const std::string& host)
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    // RFC 6066 section 3 allows no addresses there. (The macro for this casts in the old style.)
    if (not_an_address)
        SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str()));
    SSL_set1_host(connection, host.c_str());
}

}  // namespace

asio::awaitable<result<void>> shake_hands(tls_stream& stream, tls_context& tls, const std::string& host,
                                          const deadline& limit)
{
    auto* const connection = stream.native_handle();
    std::optional<certificate_verdict> verdict;
    name_host(connection, host);
    watch_verification(connection, verdict);
    tls.sessions().offer_one(connection);

    const auto error = co_await stream.connect();
    SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
    if (error == asio::error::operation_aborted && !limit.passed()) throw boost::system::system_error{error};
    if (!error) co_return result<void>{};

    auto why = verdict ? explain(*verdict, host) : std::string{};
    if (why.empty()) why = explain_tls_error(error.value());
    if (why.empty()) why = error.message();
    if (!tls.trouble().empty()) why += "; also, files that have changed are not used: " + tls.trouble();
    co_return broken("no TLS connection to " + host + ": " + why);
}

std::optional<failure> refusal_in(error_code error)
{
    if (error.category() != asio::error::get_ssl_category()) return std::nullopt;
    const auto why = explain_tls_error(error.value());
    if (why.empty()) return std::nullopt;
    return broken("the server has ended the TLS connection: " + why);
}

}  // namespace worker
