#include <doctest/doctest.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "tests/tools/simulator_client.hpp"
#include "tools/simulator/certificate.hpp"
#include "tools/simulator/running_server.hpp"

namespace {

template <auto Free>
struct freer {
    template <class T>
    void operator()(T* handle) const noexcept
    {
        Free(handle);
    }
};

/// A verifying client that trusts one certificate; what it reads until the server closes.
class tls_client {
public:
    tls_client(std::uint16_t port, const std::string& trusted) : connection_{port}
    {
        const std::unique_ptr<BIO, freer<BIO_free_all>> text{
            BIO_new_mem_buf(trusted.data(), static_cast<int>(trusted.size()))};
        const std::unique_ptr<X509, freer<X509_free>> certificate{
            PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)};
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate.get());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        session_.reset(SSL_new(context_.get()));
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), "127.0.0.1");
        SSL_set_fd(session_.get(), connection_.handle());
    }

    bool connect() { return SSL_connect(session_.get()) == 1; }

    std::string ask(const std::string& request)
    {
        SSL_write(session_.get(), request.data(), static_cast<int>(request.size()));
        std::string reply;
        char piece[4096];
        for (;;) {
            const auto count = SSL_read(session_.get(), piece, sizeof piece);
            if (count <= 0) return reply;
            reply.append(piece, static_cast<std::size_t>(count));
        }
    }

    /// Whether the server said goodbye (close_notify) before it closed.
    [[nodiscard]] bool closed_in_order() const
    {
        return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

private:
    tests::raw_connection connection_;
    std::unique_ptr<SSL_CTX, freer<SSL_CTX_free>> context_{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SSL, freer<SSL_free>> session_;
};

simulator::options with(const simulator::certificate_pair& identity)
{
    return {.tls_certificate = identity.certificate, .tls_key = identity.key};
}

const std::string request =
    tests::raw_request("POST", "/v1/embeddings", R"({"input":"x","model":"m"})", "connection: close\r\n");

}  // namespace

TEST_CASE("a client that trusts the simulator's certificate is served over TLS")
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    simulator::running_server server{with(identity)};
    CHECK(server.base_url() == "https://127.0.0.1:" + std::to_string(server.port()));
    tls_client client{server.port(), identity.certificate};
    REQUIRE(client.connect());
    CHECK(client.ask(request).starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(client.closed_in_order());
}

TEST_CASE("a client that trusts another certificate, or another host, does not connect")
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    simulator::running_server server{with(identity)};
    tls_client stranger{server.port(), simulator::self_signed_certificate("127.0.0.1").certificate};
    CHECK_FALSE(stranger.connect());

    const auto elsewhere = simulator::self_signed_certificate("example.test");
    simulator::running_server misnamed{with(elsewhere)};
    tls_client client{misnamed.port(), elsewhere.certificate};
    CHECK_FALSE(client.connect());
}

TEST_CASE("a cut answer over TLS ends without a goodbye")
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    simulator::running_server server{with(identity)};
    server.set_faults(R"([{"then":{"cut_after_bytes":5}}])");
    tls_client client{server.port(), identity.certificate};
    REQUIRE(client.connect());
    CHECK(client.ask(request).ends_with("\r\n\r\n{\"obj"));
    CHECK_FALSE(client.closed_in_order());
}

TEST_CASE("a TLS server stops while clients hang in the handshake or wait for an answer")
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    std::unique_ptr<tests::raw_connection> silent;
    {
        auto settings = with(identity);
        settings.latency = std::chrono::hours{1};
        simulator::running_server server{settings};
        silent = std::make_unique<tests::raw_connection>(server.port());
        tls_client idle{server.port(), identity.certificate};
        REQUIRE(idle.connect());
    }
    CHECK(silent->read_some().has_value());
}
