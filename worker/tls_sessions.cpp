#include "worker/tls_sessions.hpp"

#include <utility>

namespace worker {
namespace {

/// A connection is given two or so; as many as are opened at the same moment are of use.
constexpr std::size_t most_kept = 64;

int place_in_context()
{
    // Not the application's own pointer of the context: Asio has taken that.
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

}  // namespace

void tls_sessions::listen_to(SSL_CTX* context)
{
    SSL_CTX_set_ex_data(context, place_in_context(), this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, take);
}

void tls_sessions::forget(SSL_CTX* context)
{
    SSL_CTX_set_ex_data(context, place_in_context(), nullptr);
    kept_.clear();
}

int tls_sessions::take(SSL* connection, SSL_SESSION* given)
{
    auto* const mine = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), place_in_context());
    if (mine != nullptr && SSL_SESSION_is_resumable(given) == 1)
        static_cast<tls_sessions*>(mine)->keep(session{SSL_SESSION_dup(given)});
    return 0;  // what was given stays OpenSSL's
}

void tls_sessions::keep(session given)
{
    if (!given) return;
    if (kept_.size() == most_kept) kept_.erase(kept_.begin());
    kept_.push_back(std::move(given));
}

void tls_sessions::offer_one(SSL* connection)
{
    if (kept_.empty()) return;
    // A copy again: this one may be given up with its connection.
    const session offered{SSL_SESSION_dup(kept_.back().get())};
    if (!offered) return;
    SSL_set_session(connection, offered.get());
    // Those of TLS 1.2 are not replaced by using them.
    if (SSL_SESSION_get_protocol_version(offered.get()) >= TLS1_3_VERSION) kept_.pop_back();
}

}  // namespace worker
