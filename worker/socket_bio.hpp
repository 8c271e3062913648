#pragma once

#include <openssl/bio.h>

#include "worker/tcp_socket.hpp"

namespace worker {

/// Lets OpenSSL read and write `socket`, which must outlive it, without ever waiting and without SIGPIPE
/// where the peer has gone (OpenSSL's own BIO for sockets raises it). Throws std::bad_alloc.
[[nodiscard]] BIO* make_socket_bio(tcp_socket& socket);

}  // namespace worker
