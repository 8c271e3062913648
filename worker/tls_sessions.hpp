#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "worker/destroyed_by.hpp"

namespace worker {

/// What a server has handed out so that the next connection to it needs half a handshake (RFC 8446 section
/// 2.2). Kept as copies, because OpenSSL gives up the session of a connection that ends without a goodbye.
///
/// Lives on the loop's thread. To be told of them by a SSL_CTX it must outlive it, or end that by forget().
class tls_sessions {
public:
    tls_sessions() = default;
    tls_sessions(const tls_sessions&) = delete;
    tls_sessions& operator=(const tls_sessions&) = delete;

    /// Keeps what connections of `context` are given from now on.
    void listen_to(SSL_CTX* context);
    /// No longer, and all that is kept is dropped: it belongs to what was shown then.
    void forget(SSL_CTX* context);

    /// Offers one of them to the server, in a handshake that has not begun. A session of TLS 1.3 is offered
    /// once, because whoever listens could otherwise tell that two connections are ours (RFC 8446 appendix
    /// C.4).
    void offer_one(SSL* connection);

private:
    using session = std::unique_ptr<SSL_SESSION, destroyed_by<SSL_SESSION_free>>;
    static int take(SSL* connection, SSL_SESSION* given);
    void keep(session given);

    std::vector<session> kept_;  // the oldest first
};

}  // namespace worker
