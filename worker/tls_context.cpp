#include "worker/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>
#include <utility>

#include "worker/pem_password.hpp"

namespace worker {

namespace ssl = boost::asio::ssl;

namespace {

[[noreturn]] void throw_about(const std::string& what)
{
    ERR_clear_error();
    throw std::runtime_error{what};
}

void trust(ssl::context& context, const std::optional<std::string>& ca_file)
{
    boost::system::error_code error;
    if (ca_file) {
        context.load_verify_file(*ca_file, error);
    } else {
        context.set_default_verify_paths(error);
    }
    if (error)
        throw_about("cannot read the certificates of " + ca_file.value_or("the system") + ": " +
                    error.message());
}

void show(SSL_CTX* context, const config::tls_identity_settings& identity)
{
    if (SSL_CTX_use_certificate_chain_file(context, identity.certificate.c_str()) != 1)
        throw_about("cannot read the certificate " + identity.certificate + " of tls.certificate as PEM");

    std::optional<config::secret> password;
    if (identity.key_password) password = config::read_secret(*identity.key_password, "tls.key_password");
    const auto& key = identity.key.value_or(identity.certificate);
    SSL_CTX_set_default_passwd_cb(context, give_pem_password);
    // OpenSSL wants a zero at the end, as reveal() has it, and a pointer that it only reads by.
    SSL_CTX_set_default_passwd_cb_userdata(context,
                                           password ? const_cast<char*>(password->reveal().data()) : nullptr);
    const auto taken = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (taken != 1 || SSL_CTX_check_private_key(context) != 1)
        throw_about("cannot read " + key + " as the private key of the certificate " + identity.certificate +
                    ": look at tls.key and tls.key_password");
}

}  // namespace

tls_context::tls_context(std::optional<std::string> ca_file,
                         std::optional<config::tls_identity_settings> identity)
    : ca_file_{std::move(ca_file)}, identity_{std::move(identity)}, stamps_{look()}, context_{read()}
{
    sessions_.listen_to(context_->native_handle());
}

// Connections have a share in the context, and may end later than this.
tls_context::~tls_context() { sessions_.forget(context_->native_handle()); }

ssl::context& tls_context::native()
{
    auto now = look();
    if (now == stamps_) return *context_;
    stamps_ = std::move(now);
    try {
        auto changed = read();
        sessions_.forget(context_->native_handle());
        context_ = std::move(changed);
        sessions_.listen_to(context_->native_handle());
        trouble_.clear();
    } catch (const std::runtime_error& why) {
        trouble_ = why.what();
    }
    return *context_;
}

std::vector<file_stamp> tls_context::look() const
{
    std::vector<file_stamp> found;
    if (ca_file_) found.push_back(stamp_of(*ca_file_));
    if (!identity_) return found;
    found.push_back(stamp_of(identity_->certificate));
    if (identity_->key) found.push_back(stamp_of(*identity_->key));
    return found;
}

std::unique_ptr<ssl::context> tls_context::read() const
{
    auto made = std::make_unique<ssl::context>(ssl::context::tls_client);
    if (SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION) != 1)
        throw_about("this OpenSSL offers no TLS 1.2");
    made->set_verify_mode(ssl::verify_peer);
    trust(*made, ca_file_);
    if (identity_) show(made->native_handle(), *identity_);
    return made;
}

}  // namespace worker
