#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

/// A blocking HTTP client on a bare socket, so that the tests of the simulator see the bytes as they are
/// and share no HTTP code with it.
namespace tests {

struct raw_reply {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
    bool whole = false;  ///< as long as content-length says, or ended by the last chunk
};

[[nodiscard]] inline std::string raw_request(std::string_view method, std::string_view target,
                                             std::string_view body = {}, std::string_view headers = {})
{
    std::string text;
    text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nhost: test\r\n").append(headers);
    text.append("content-length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return text;
}

class raw_connection {
public:
    explicit raw_connection(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)}
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof generic);
        if (::connect(socket_, &generic, sizeof generic) != 0) throw std::runtime_error{"cannot connect"};
    }
    ~raw_connection() { ::close(socket_); }
    raw_connection(const raw_connection&) = delete;
    raw_connection& operator=(const raw_connection&) = delete;

    void send(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) throw std::runtime_error{"cannot send"};
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    /// One more piece into the buffer; 0 at the peer's end, else an errno.
    std::optional<int> read_some()
    {
        char piece[16 * 1024];
        const auto count = ::recv(socket_, piece, sizeof piece, 0);
        if (count > 0) {
            unread_.append(piece, static_cast<std::size_t>(count));
            return std::nullopt;
        }
        return count == 0 ? 0 : errno;
    }

    /// Everything up to the peer's end.
    std::string read_to_end()
    {
        while (!read_some()) {
        }
        return std::exchange(unread_, {});
    }

    /// The bytes up to the empty line behind the head, with it.
    std::string read_head()
    {
        while (unread_.find("\r\n\r\n") == std::string::npos) {
            if (read_some()) return {};
        }
        return take(unread_.find("\r\n\r\n") + 4);
    }

    raw_reply read_reply()
    {
        raw_reply reply;
        auto head = std::string_view{head_ = read_head()};
        if (head.size() < 12) return reply;
        reply.status = std::stoi(std::string{head.substr(9, 3)});
        head.remove_prefix(head.find("\r\n") + 2);
        while (head != "\r\n") {
            const auto line = head.substr(0, head.find("\r\n"));
            const auto colon = line.find(": ");
            reply.headers.emplace(line.substr(0, colon), line.substr(colon + 2));
            head.remove_prefix(line.size() + 2);
        }
        if (reply.headers.contains("transfer-encoding")) {
            read_chunks(reply);
        } else if (reply.headers.contains("content-length")) {
            const auto size = std::stoul(reply.headers.at("content-length"));
            while (unread_.size() < size && !read_some()) {
            }
            reply.whole = unread_.size() >= size;
            reply.body = take(std::min(size, unread_.size()));
        } else {
            reply.whole = true;
        }
        return reply;
    }

    raw_reply ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view headers = {})
    {
        send(raw_request(method, target, body, headers));
        return read_reply();
    }

    /// Whether bytes or the peer's end are there already.
    [[nodiscard]] bool has_something() const
    {
        pollfd socket{.fd = socket_, .events = POLLIN, .revents = 0};
        return !unread_.empty() || ::poll(&socket, 1, 0) > 0;
    }

    [[nodiscard]] int handle() const { return socket_; }

private:
    std::string take(std::size_t size)
    {
        auto taken = unread_.substr(0, size);
        unread_.erase(0, size);
        return taken;
    }

    void read_chunks(raw_reply& reply)
    {
        for (;;) {
            while (unread_.find("\r\n") == std::string::npos) {
                if (read_some()) return;
            }
            const auto line = take(unread_.find("\r\n") + 2);
            const auto size = std::stoul(line, nullptr, 16);
            while (unread_.size() < size + 2) {
                if (read_some()) return;
            }
            reply.body += take(size + 2).substr(0, size);
            if (size == 0) break;
        }
        reply.whole = true;
    }

    int socket_;
    std::string unread_;
    std::string head_;
};

/// One request on a connection of its own.
[[nodiscard]] inline raw_reply ask(std::uint16_t port, std::string_view method, std::string_view target,
                                   std::string_view body = {}, std::string_view headers = {})
{
    raw_connection connection{port};
    return connection.ask(method, target, body, headers);
}

}  // namespace tests
