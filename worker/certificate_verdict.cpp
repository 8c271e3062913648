#include "worker/certificate_verdict.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "worker/destroyed_by.hpp"
#include "worker/excerpt.hpp"

namespace worker {
namespace {

using memory_text = std::unique_ptr<BIO, destroyed_by<BIO_free_all>>;

int place_in_connection()
{
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// What `print` writes, of whoever has made the certificate: made fit for a log.
template <class Print>
std::string printed(Print print)
{
    const memory_text memory{BIO_new(BIO_s_mem())};
    if (!memory) return {};
    print(memory.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    constexpr std::size_t longest = 200;
    return excerpt(std::string_view{text, static_cast<std::size_t>(size)}, longest);
}

std::string printed_name(const X509_NAME* name)
{
    return printed(
        [name](BIO* into) { X509_NAME_print_ex(into, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB); });
}

std::string printed_time(const ASN1_TIME* time)
{
    return printed([time](BIO* into) { ASN1_TIME_print(into, time); });
}

std::string printed_hosts(const X509* certificate)
{
    return printed([certificate](BIO* into) {
        const auto at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
        if (at >= 0) X509V3_EXT_print(into, X509_get_ext(certificate, at), 0, 0);
    });
}

int write_down(int is_good, X509_STORE_CTX* context)
{
    if (is_good == 1) return is_good;
    const auto* const connection =
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const into =
        static_cast<std::optional<certificate_verdict>*>(SSL_get_ex_data(connection, place_in_connection()));
    const auto* const certificate = X509_STORE_CTX_get_current_cert(context);
    if (into == nullptr || into->has_value()) return is_good;
    into->emplace(certificate_verdict{X509_STORE_CTX_get_error(context), {}, {}, {}, {}, {}});
    if (certificate == nullptr) return is_good;
    (*into)->subject = printed_name(X509_get_subject_name(certificate));
    (*into)->issuer = printed_name(X509_get_issuer_name(certificate));
    (*into)->names = printed_hosts(certificate);
    (*into)->not_before = printed_time(X509_get0_notBefore(certificate));
    (*into)->not_after = printed_time(X509_get0_notAfter(certificate));
    return is_good;
}

}  // namespace

void watch_verification(SSL* connection, std::optional<certificate_verdict>& into)
{
    SSL_set_ex_data(connection, place_in_connection(), &into);
    SSL_set_verify(connection, SSL_VERIFY_PEER, write_down);
}

std::string explain(const certificate_verdict& what, const std::string& host)
{
    const auto which = "the certificate \"" + what.subject + "\"";
    switch (what.error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return which + " has expired on " + what.not_after +
                   ": it has to be renewed there, unless the clock of this machine is wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return which + " is valid from " + what.not_before + " only: look at the clock of this machine";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "its certificate is not for " + host + " but for " +
                   (what.names.empty() ? "no host" : what.names) +
                   " (hostname mismatch): write the name that it has into endpoint, or let it have this one";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return which +
                   " is self-signed: nobody but itself vouches for it; where it is the right one, name "
                   "its file in ca_file";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "it leads to the authority \"" + what.subject +
                   "\", which is unknown here: where it is yours, or of a proxy that inspects TLS, name the "
                   "file with "
                   "its certificate in ca_file";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return which + " is signed by \"" + what.issuer +
                   "\", whose certificate was neither sent nor is it trusted here: the server has to send "
                   "its whole "
                   "chain, or, where that is the authority, its certificate has to be in ca_file";
        default: return which + " is refused (" + X509_verify_cert_error_string(what.error) + ')';
    }
}

std::string explain_tls_error(int error)
{
    const auto code = static_cast<unsigned long>(static_cast<unsigned int>(error));
    switch (ERR_GET_REASON(code)) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "it speaks no TLS 1.2 or newer, and older versions are not safe: that has to change there";
        case SSL_R_WRONG_VERSION_NUMBER:
            return "it does not speak TLS at that port: is endpoint to begin with http://, or is the port "
                   "wrong?";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return "it wants a certificate of the worker: name it in tls.certificate";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return "it breaks the handshake off: where it wants a certificate of the worker, name one in "
                   "tls.certificate; else it has no cipher in common with this machine";
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return "it refuses the certificate that the worker shows: look at tls.certificate, its authority "
                   "and its "
                   "end";
        default: return {};
    }
}

}  // namespace worker
