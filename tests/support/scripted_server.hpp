#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/certificate.hpp"

namespace tests {

/// A connection as a script sees it. Everything waits, and throws when the client has gone.
class peer {
public:
    virtual ~peer() = default;
    /// The head of a request, and of its body what came along.
    virtual std::string read_head() = 0;
    /// One request, head and body, by its Content-Length.
    virtual std::string read_request() = 0;
    virtual void send(std::string_view bytes) = 0;
    /// Sends, over TLS, with its goodbye in the same packet, and leaves the connection open until the client
    /// closes it.
    virtual void send_last(std::string_view bytes) = 0;
    /// Says nothing more and waits until the client closes the connection.
    virtual void stall() = 0;
    /// Reads nothing more, and waits until the client breaks off.
    virtual void wait_unread() = 0;
    /// Lets the connection end as that of a crashed process does: with a reset.
    virtual void end_with_reset() = 0;
};

/// What happens on one connection. The connection is closed when the script returns.
using script = std::function<void(peer&)>;

/// What a server asks of TLS beyond its identity.
struct tls_demands {
    std::string client_authority;  ///< PEM; clients have to show a certificate of it
    int only_version = 0;          ///< such as TLS1_1_VERSION; 0: any that is safe
};

/// A server on a free port of 127.0.0.1 that does exactly what it was told: the n-th connection gets the
/// n-th script, one after the other; more are refused. Runs on a thread of its own and ends in its
/// destructor, wherever its scripts stand.
class scripted_server {
public:
    /// With an identity it speaks TLS; a client that breaks off the handshake uses up a script.
    explicit scripted_server(std::vector<script> connections,
                             const simulator::certificate_pair* identity = nullptr,
                             const tls_demands& demands = {});
    ~scripted_server();

    [[nodiscard]] std::uint16_t port() const;
    /// The requests that were read so far, of all connections.
    [[nodiscard]] std::vector<std::string> requests() const;
    /// Bytes that scripts have read so far.
    [[nodiscard]] std::size_t received() const;

private:
    class accepting;
    std::unique_ptr<accepting> accepting_;
};

/// A script that answers one request and then closes.
[[nodiscard]] script answering(std::string answer);

/// A complete answer with a Content-Length.
[[nodiscard]] std::string http_text(std::string_view status_line, std::string_view headers,
                                    std::string_view body);

}  // namespace tests
