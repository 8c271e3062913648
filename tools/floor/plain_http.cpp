#include "tools/floor/plain_http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace straight {
namespace {

/// RapidJSON's scanner looks at whole blocks of 16 bytes, the last of which reaches behind the text.
constexpr std::size_t scanner_overrun = 16;

void require(bool holds, const char* what)
{
    if (!holds) throw std::runtime_error{what};
}

std::size_t received(ssize_t count)
{
    require(count > 0, "the service is gone");
    return static_cast<std::size_t>(count);
}

std::size_t content_length(std::string_view head)
{
    constexpr std::string_view name = "content-length: ";
    const auto at = head.find(name);
    require(at != std::string_view::npos, "an answer without content-length");
    std::size_t length = 0;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    return length;
}

}  // namespace

plain_http::plain_http(int port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)}
{
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr any{};
    std::memcpy(&any, &address, sizeof any);
    require(::connect(socket_, &any, sizeof any) == 0, "no connection to the service");
}

plain_http::~plain_http() { ::close(socket_); }

char* plain_http::post(std::string_view target, std::string_view body)
{
    head_.assign("POST ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ");
    head_.append(std::to_string(body.size())).append("\r\n\r\n");
    send(head_, body);
    receive();
    return answer_.data();
}

void plain_http::send(std::string_view head, std::string_view body)
{
    while (!head.empty() || !body.empty()) {
        std::array parts{iovec{const_cast<char*>(head.data()), head.size()},
                         iovec{const_cast<char*>(body.data()), body.size()}};
        const auto sent = received(::writev(socket_, parts.data(), parts.size()));
        const auto of_head = std::min(sent, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(sent - of_head);
    }
}

void plain_http::receive()
{
    std::array<char, 4096> first{};
    std::size_t filled = 0;
    auto head_end = std::string_view::npos;
    while (head_end == std::string_view::npos) {
        filled += received(::recv(socket_, first.data() + filled, first.size() - filled, 0));
        head_end = std::string_view{first.data(), filled}.find("\r\n\r\n");
    }
    const std::string_view head{first.data(), head_end};
    require(head.find(" 200 ") != std::string_view::npos, "the service refuses");

    const auto length = content_length(head);
    if (answer_.size() < length + scanner_overrun) answer_.resize(length + scanner_overrun);
    auto have = filled - head_end - 4;
    std::memcpy(answer_.data(), first.data() + head_end + 4, have);
    while (have < length) have += received(::recv(socket_, answer_.data() + have, length - have, 0));
    answer_[length] = '\0';
}

}  // namespace straight
