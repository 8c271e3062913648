// canned_service: embeddings at next to no cost, to measure those who ask for them. See --help.

#include <rapidjson/reader.h>
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tools/floor/canned_vectors.hpp"
#include "tools/simulator/certificate.hpp"

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using straight::canned_vectors;

namespace {

constexpr auto help =
    "Answers every request on loopback with vectors that were written down beforehand, in base64 or as\n"
    "numbers as the request says. Which text a vector belongs to is nobody's business here: this is for\n"
    "measuring clients, where batchmill-simulator would take more time than they do.\n\n"
    "Prints where it listens as the first line and serves until SIGTERM or SIGINT.";

constexpr std::size_t most_inputs = 2048;
constexpr std::size_t longest_head = 16 * 1024;

/// Counts the texts of {"input":[…],…} and sees how the vectors are wanted.
struct request_reader : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, request_reader> {
    bool Key(const char* text, rapidjson::SizeType length, bool)
    {
        name = {text, length};
        return true;
    }
    bool String(const char* text, rapidjson::SizeType length, bool)
    {
        if (name == "input") ++inputs;
        if (name == "encoding_format") wants_base64 = std::string_view{text, length} == "base64";
        return true;
    }

    std::string_view name;
    std::size_t inputs = 0;
    bool wants_base64 = false;
};

std::size_t content_length(std::string_view head)
{
    for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
        const auto at = head.find(name);
        if (at == std::string_view::npos) continue;
        std::size_t length = 0;
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
        return length;
    }
    throw std::runtime_error{"a request without Content-Length"};
}

/// What is answered, and how long after the question.
struct canned_answers {
    canned_vectors base64;
    canned_vectors numbers;
    std::chrono::milliseconds latency;
};

/// Serves one connection until its client leaves.
template <class Stream>
void serve(Stream& client, const canned_answers& canned)
{
    std::string received;
    for (;;) {
        auto head_end = std::string::npos;
        std::size_t filled = 0;
        while (head_end == std::string::npos) {
            received.resize(filled + longest_head);
            filled += client.read_some(asio::buffer(received.data() + filled, longest_head));
            head_end = std::string_view{received.data(), filled}.find("\r\n\r\n");
        }
        const auto body_begin = head_end + 4;
        const auto whole = body_begin + content_length({received.data(), body_begin});
        received.resize(whole + 1);
        if (filled < whole) asio::read(client, asio::buffer(received.data() + filled, whole - filled));
        received[whole] = '\0';

        request_reader asked;
        rapidjson::Reader reader;
        rapidjson::InsituStringStream body{received.data() + body_begin};
        if (reader.Parse<rapidjson::kParseInsituFlag>(body, asked).IsError() || asked.inputs == 0)
            throw std::runtime_error{"a request that cannot be read"};

        constexpr std::string_view opening = R"({"object":"list","data":[)";
        const auto tokens = std::to_string(asked.inputs * 250);
        const auto items = (asked.wants_base64 ? canned.base64 : canned.numbers).first(asked.inputs);
        const auto closing = R"(],"model":"text-embedding-3-small","usage":{"prompt_tokens":)" + tokens +
                             R"(,"total_tokens":)" + tokens + "}}";
        const auto length = opening.size() + items.size() + closing.size();
        const auto head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(length) +
            "\r\n\r\n";
        if (canned.latency.count() > 0) std::this_thread::sleep_for(canned.latency);
        const std::array answer{asio::buffer(head), asio::buffer(opening), asio::buffer(items),
                                asio::buffer(closing)};
        asio::write(client, answer);
    }
}

void serve_or_say_why(tcp::socket client, ssl::context* tls, const canned_answers& canned)
{
    try {
        client.set_option(tcp::no_delay{true});
        if (tls == nullptr) return serve(client, canned);
        ssl::stream<tcp::socket> encrypted{std::move(client), *tls};
        encrypted.handshake(ssl::stream_base::server);
        serve(encrypted, canned);
    } catch (const boost::system::system_error&) {  // the client has left
    } catch (const std::exception& why) {
        std::cerr << "canned_service: " << why.what() << '\n';
    }
}

/// With a new certificate of its own, which is written to `file` for clients to trust.
ssl::context context_of_its_own(const std::string& file)
{
    const auto identity = simulator::self_signed_certificate("127.0.0.1");
    ssl::context context{ssl::context::tls_server};
    context.use_certificate(asio::buffer(identity.certificate), ssl::context::pem);
    context.use_private_key(asio::buffer(identity.key), ssl::context::pem);
    std::ofstream out{file};
    out << identity.certificate << std::flush;
    if (!out) throw std::runtime_error{"cannot write " + file};
    return context;
}

}  // namespace

int main(int argc, char** argv)
{
    std::size_t dimensions = 1536;
    std::size_t inputs = 64;
    unsigned latency = 0;
    CLI::App program{help};
    program.add_option("--dimensions", dimensions, "Of every vector")->capture_default_str();
    program.add_option("--inputs", inputs, "Most texts in a request")
        ->capture_default_str()
        ->check(CLI::Range(std::size_t{1}, most_inputs));
    program.add_option("--latency", latency, "Milliseconds before each answer")->capture_default_str();
    std::string certificate;
    program.add_option("--tls", certificate,
                       "Speaks TLS, with a certificate that it makes and writes to that file");
    CLI11_PARSE(program, argc, argv);

    std::optional<ssl::context> tls;
    if (!certificate.empty()) tls.emplace(context_of_its_own(certificate));
    const canned_answers canned{{canned_vectors::form::base64, dimensions, inputs},
                                {canned_vectors::form::numbers, dimensions, inputs},
                                std::chrono::milliseconds{latency}};
    asio::io_context loop;
    tcp::acceptor door{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    std::cout << "listening on " << (tls ? "https" : "http")
              << "://127.0.0.1:" << door.local_endpoint().port() << std::endl;
    // A thread a client is the cheapest way to wait for a few of them; a signal ends them all.
    for (;;) std::thread{serve_or_say_why, door.accept(), tls ? &*tls : nullptr, std::cref(canned)}.detach();
}
