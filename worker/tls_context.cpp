#include "worker/tls_context.hpp"

#include <openssl/ssl.h>

#include <stdexcept>

namespace worker {

namespace ssl = boost::asio::ssl;

tls_context::tls_context(const std::optional<std::string>& ca_file) : context_{ssl::context::tls_client}
{
    if (SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION) != 1)
        throw std::runtime_error{"this OpenSSL offers no TLS 1.2"};
    context_.set_verify_mode(ssl::verify_peer);

    boost::system::error_code error;
    if (ca_file) {
        context_.load_verify_file(*ca_file, error);
    } else {
        context_.set_default_verify_paths(error);
    }
    if (error)
        throw std::runtime_error{"cannot read the certificates of " + ca_file.value_or("the system") + ": " +
                                 error.message()};
}

}  // namespace worker
