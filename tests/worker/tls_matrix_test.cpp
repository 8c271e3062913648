// Which servers are trusted, with certificates of every kind; what is refused says which and what to do.
#include <openssl/ssl.h>

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "tests/support/certificate_authority.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/http_failure.hpp"
#include "worker/http_pool.hpp"
#include "worker/tls_context.hpp"

using namespace std::chrono_literals;
using namespace tests;
namespace asio = boost::asio;
namespace code = worker::http_failure;
using simulator::certificate_pair;

namespace {

const script says_hello = [](peer& client) {
    for (;;) {
        client.read_request();
        client.send(http_text("200 OK", "", "hello"));
    }
};

/// Trusts one root, and asks servers for "hello".
struct tls_matrix {
    /// What comes back: "hello", or the code and the words of the failure.
    std::string ask(const certificate_pair& server_is, const tls_demands& demands = {})
    {
        worker::tls_context tls{folder.put("ca.pem", root.certificate()), identity};
        return ask(tls, server_is, demands);
    }
    std::string ask(worker::tls_context& tls, const certificate_pair& server_is,
                    const tls_demands& demands = {})
    {
        const scripted_server server{{says_hello}, &server_is, demands};
        worker::http_pool pool{loop, "localhost", server.port(), {}, &tls, 1};
        auto answer = run(loop, ask_over(pool));
        pool.close_all();
        if (answer) return std::string{answer->body.view()};
        return answer.error().code() + ": " + answer.error().detail();
    }
    asio::awaitable<pipeline::result<worker::http_answer>> ask_over(worker::http_pool& pool)
    {
        const auto by = config::clock::now() + 1min;
        auto lease = co_await pool.borrow(by);
        if (!lease) co_return lease.error();
        const worker::http_request question{.head = "GET / HTTP/1.1\r\n\r\n", .body = {}};
        const worker::exchange_limits limits{
            .longest_body = config::bytes{100}, .first_byte = 1min, .complete_by = by};
        co_return co_await lease->connection().exchange(question, limits, memory);
    }
    /// Shows a certificate of `by` from now on.
    void show_certificate_of(const certificate_authority& by)
    {
        const auto own = by.issue("worker");
        identity = {.certificate = folder.put("own.pem", own.certificate),
                    .key = folder.put("own.key", own.key),
                    .key_password = {}};
    }

    scratch_folder folder;
    certificate_authority root{"the root"};
    std::optional<config::tls_identity_settings> identity;
    asio::io_context loop;
    pipeline::byte_pool memory{1024};
};

bool says(const std::string& answer, std::initializer_list<std::string> words)
{
    for (const auto& each : words)
        if (answer.find(each) == std::string::npos) return false;
    return answer.starts_with(std::string{code::tls} + ": no TLS connection to localhost: ");
}

}  // namespace

TEST_CASE("certificates of one's own authority are accepted, below an intermediate one too where it is sent")
{
    tls_matrix rig;
    CHECK(rig.ask(rig.root.issue("localhost")) == "hello");
    const certificate_authority below{"the intermediate", rig.root};
    auto chain = below.issue("localhost");
    chain.certificate += below.certificate();
    CHECK(rig.ask(chain) == "hello");
}

TEST_CASE("a chain without its intermediate certificate is refused, and the missing one is named")
{
    tls_matrix rig;
    const certificate_authority below{"the intermediate", rig.root};
    const auto said = rig.ask(below.issue("localhost"));
    CHECK_MESSAGE(says(said, {"signed by \"CN=the intermediate\"", "whole chain", "ca_file"}), said);
}

TEST_CASE("a certificate that has expired, or is not valid yet, is refused with its date")
{
    tls_matrix rig;
    auto said = rig.ask(rig.root.issue("localhost", {-30, -1}));
    CHECK_MESSAGE(says(said, {"\"CN=leaf\" has expired on ", " GMT", "renewed", "clock"}), said);
    said = rig.ask(rig.root.issue("localhost", {1, 30}));
    CHECK_MESSAGE(says(said, {"\"CN=leaf\" is valid from ", " GMT only", "clock"}), said);
}

TEST_CASE("a certificate for another host is refused with the hosts that it is for")
{
    tls_matrix rig;
    for (const std::string other : {"elsewhere.test", "127.0.0.1", "sub.localhost"}) {
        const auto said = rig.ask(rig.root.issue(other));
        CHECK_MESSAGE(says(said, {"not for localhost but for", other, "endpoint"}), said);
    }
}

TEST_CASE("an unknown authority is refused by its name, with the setting that would trust it")
{
    tls_matrix rig;
    const certificate_authority stranger{"a stranger"};
    auto said = rig.ask(stranger.issue("localhost"));
    CHECK_MESSAGE(says(said, {"signed by \"CN=a stranger\"", "ca_file"}), said);
    auto chain = stranger.issue("localhost");
    chain.certificate += stranger.certificate();
    said = rig.ask(chain);
    CHECK_MESSAGE(says(said, {"authority \"CN=a stranger\"", "inspects TLS", "ca_file"}), said);
}

TEST_CASE("a self-signed certificate is refused as one")
{
    tls_matrix rig;
    const auto said = rig.ask(simulator::self_signed_certificate("localhost"));
    CHECK_MESSAGE(says(said, {"is self-signed", "ca_file"}), said);
}

TEST_CASE("TLS 1.1 and older are refused, 1.2 and 1.3 are spoken")
{
    tls_matrix rig;
    const auto identity = rig.root.issue("localhost");
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const auto said = rig.ask(identity, {.client_authority = {}, .only_version = version});
        CHECK_MESSAGE(says(said, {"no TLS 1.2 or newer"}), said);
    }
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        CHECK(rig.ask(identity, {.client_authority = {}, .only_version = version}) == "hello");
}

TEST_CASE("a server that asks for a certificate is shown one; without one the setting is named")
{
    tls_matrix rig;
    const auto identity = rig.root.issue("localhost");
    const certificate_authority people{"who may connect"};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const tls_demands demands{.client_authority = people.certificate(), .only_version = version};
        rig.identity.reset();
        const auto without = rig.ask(identity, demands);
        CHECK_MESSAGE(without.find("tls.certificate") != std::string::npos, without);
        CHECK_MESSAGE(without.starts_with(std::string{code::tls} + ": "), without);

        rig.show_certificate_of(certificate_authority{"somebody else"});
        const auto refused = rig.ask(identity, demands);
        CHECK_MESSAGE(refused.find("refuses the certificate that the worker shows") != std::string::npos,
                      refused);

        rig.show_certificate_of(people);
        CHECK(rig.ask(identity, demands) == "hello");
    }
}

TEST_CASE("certificates that change under a running worker are taken up by its next connection")
{
    tls_matrix rig;
    const auto identity = rig.root.issue("localhost");
    const certificate_authority people{"who may connect"};
    const tls_demands demands{.client_authority = people.certificate(), .only_version = 0};
    rig.show_certificate_of(certificate_authority{"somebody else"});
    worker::tls_context tls{rig.folder.put("ca.pem", rig.root.certificate()), rig.identity};
    CHECK(rig.ask(tls, identity, demands) != "hello");
    rig.show_certificate_of(people);
    CHECK(rig.ask(tls, identity, demands) == "hello");

    const certificate_authority next{"the next root"};
    CHECK(rig.ask(tls, next.issue("localhost"), demands) != "hello");
    rig.folder.put("ca.pem", next.certificate());
    CHECK(rig.ask(tls, next.issue("localhost"), demands) == "hello");
    CHECK(rig.ask(tls, identity, demands) != "hello");
}

TEST_CASE(
    "a file that has changed and cannot be read leaves things as they were, and is named where that is to "
    "blame")
{
    tls_matrix rig;
    const auto identity = rig.root.issue("localhost");
    const auto ca_file = rig.folder.put("ca.pem", rig.root.certificate());
    worker::tls_context tls{ca_file};
    rig.folder.put("ca.pem", "half a certif");
    CHECK(rig.ask(tls, identity) == "hello");
    CHECK(tls.trouble().find(ca_file) != std::string::npos);
    const auto said = rig.ask(tls, certificate_authority{"other"}.issue("localhost"));
    CHECK_MESSAGE(says(said, {"files that have changed are not used", ca_file}), said);
    rig.folder.put("ca.pem", rig.root.certificate());
    CHECK(rig.ask(tls, identity) == "hello");
    CHECK(tls.trouble().empty());
}

TEST_CASE("a key that is missing, is another one's, or stays encrypted is named when the worker starts")
{
    tls_matrix rig;
    rig.show_certificate_of(rig.root);
    auto broken = *rig.identity;
    const auto said = [&broken] {
        try {
            const worker::tls_context tls{std::nullopt, broken};
        } catch (const std::runtime_error& why) {
            return std::string{why.what()};
        }
        return std::string{};
    };
    CHECK(said().empty());
    broken.key = rig.folder.put("other.key", rig.root.issue("x").key);
    CHECK(said().find("tls.key") != std::string::npos);
    broken.key.reset();
    CHECK(said().find("as the private key of the certificate") != std::string::npos);
    broken.certificate = "/nowhere/own.pem";
    CHECK(said().find("/nowhere/own.pem of tls.certificate") != std::string::npos);
}

TEST_CASE("a connection after another one resumes its session, and both are counted")
{
    tls_matrix rig;
    const auto identity = rig.root.issue("localhost");
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const script once = [](peer& client) {
            client.read_request();
            client.send(http_text("200 OK", "Connection: close\r\n", "hello"));
        };
        const scripted_server server{
            {once, once, once}, &identity, {.client_authority = {}, .only_version = version}};
        worker::tls_context tls{rig.folder.put("ca.pem", rig.root.certificate())};
        worker::http_pool pool{rig.loop, "localhost", server.port(), {}, &tls, 1};
        for (int i = 0; i < 3; ++i) CHECK(run(rig.loop, rig.ask_over(pool)).has_value());
        CHECK(pool.counts().connections == 3);
        CHECK(pool.counts().handshakes == 3);
        CHECK(pool.counts().resumed == 2);
    }
}
