// raw_exchanges: what the bytes of a worker's calls cost by themselves, with and without TLS. See --help.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr auto help =
    "Asks canned_service for embeddings over one connection, one request after the other, and throws the "
    "answers\n"
    "away: blocking calls of the system, and of OpenSSL with --tls, and nothing else. What a worker takes "
    "beyond\n"
    "its own work and this is its overhead (tools/bench tls).";

void require(bool holds, const char* what)
{
    if (!holds) throw std::runtime_error{what};
}

std::size_t some(long count)
{
    require(count > 0, "the service is gone");
    return static_cast<std::size_t>(count);
}

int connect_to(std::uint16_t port)
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr any{};
    std::memcpy(&any, &address, sizeof any);
    require(::connect(handle, &any, sizeof any) == 0, "no connection to the service");
    return handle;
}

/// One connection, encrypted where there is a certificate to trust.
class connection {
public:
    connection(std::uint16_t port, const std::string& trusted) : socket_{connect_to(port)}
    {
        if (trusted.empty()) return;
        context_.reset(SSL_CTX_new(TLS_client_method()));
        require(SSL_CTX_load_verify_file(context_.get(), trusted.c_str()) == 1, "no certificate to trust");
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        tls_.reset(SSL_new(context_.get()));
        require(SSL_set_fd(tls_.get(), socket_) == 1 && SSL_connect(tls_.get()) == 1,
                "no TLS with the service");
    }
    ~connection() { ::close(socket_); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    void send(std::string_view text)
    {
        while (!text.empty()) {
            const auto size = static_cast<int>(std::min<std::size_t>(text.size(), 1 << 30));
            text.remove_prefix(some(tls_ ? SSL_write(tls_.get(), text.data(), size)
                                         : ::send(socket_, text.data(), text.size(), 0)));
        }
    }

    std::size_t receive(char* into, std::size_t room)
    {
        const auto size = static_cast<int>(std::min<std::size_t>(room, 1 << 30));
        return some(tls_ ? SSL_read(tls_.get(), into, size) : ::recv(socket_, into, room, 0));
    }

private:
    template <auto Free>
    struct freeing {
        template <class T>
        void operator()(T* handle) const noexcept
        {
            Free(handle);
        }
    };
    int socket_;
    std::unique_ptr<SSL_CTX, freeing<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, freeing<SSL_free>> tls_;
};

std::string request_with(std::size_t inputs, std::size_t size)
{
    std::string body{R"({"input":[)"};
    for (std::size_t i = 0; i < inputs; ++i)
        body.append(i == 0 ? "\"" : ",\"").append(size, 'x').append("\"");
    body += R"(],"encoding_format":"base64"})";
    return "POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Reads one whole answer; returns its size.
std::size_t read_answer(connection& from, std::vector<char>& memory)
{
    std::size_t filled = 0;
    auto end = std::string_view::npos;
    while (end == std::string_view::npos) {
        filled += from.receive(memory.data() + filled, memory.size() - filled);
        end = std::string_view{memory.data(), filled}.find("\r\n\r\n");
    }
    constexpr std::string_view name = "content-length: ";
    const std::string_view head{memory.data(), end};
    const auto at = head.find(name);
    require(head.find(" 200 ") != std::string_view::npos && at != std::string_view::npos,
            "the service refuses");
    std::size_t length = 0;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    const auto whole = end + 4 + length;
    if (memory.size() < whole) memory.resize(whole);
    while (filled < whole) filled += from.receive(memory.data() + filled, whole - filled);
    return whole;
}

}  // namespace

int main(int argc, char** argv)
{
    std::uint16_t port = 0;
    std::size_t requests = 625;
    std::size_t inputs = 64;
    std::size_t size = 1000;
    std::string trusted;
    CLI::App program{help};
    program.add_option("--port", port, "Of the service on 127.0.0.1")->required();
    program.add_option("--requests", requests, "How many")->capture_default_str();
    program.add_option("--inputs", inputs, "Texts in each")->capture_default_str();
    program.add_option("--size", size, "Bytes of a text")->capture_default_str();
    program.add_option("--tls", trusted, "Speaks TLS with a service of this certificate (a PEM file)");
    CLI11_PARSE(program, argc, argv);
    try {
        connection service{port, trusted};
        const auto question = request_with(inputs, size);
        std::vector<char> memory(std::size_t{1} << 20);
        std::size_t read = 0;
        for (std::size_t i = 0; i < requests; ++i) {
            service.send(question);
            read += read_answer(service, memory);
        }
        std::cout << read << " bytes read\n";
    } catch (const std::exception& why) {
        std::cerr << "raw_exchanges: " << why.what() << '\n';
        return 1;
    }
    return 0;
}
