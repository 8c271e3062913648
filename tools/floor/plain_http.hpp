#pragma once

#include <string>
#include <string_view>

namespace straight {

/// One kept-alive connection to a server on 127.0.0.1 that answers with a Content-Length: blocking, and
/// reading each body straight into memory that is used again. Whatever goes wrong is thrown as
/// std::runtime_error.
class plain_http {
public:
    explicit plain_http(int port);
    ~plain_http();
    plain_http(const plain_http&) = delete;
    plain_http& operator=(const plain_http&) = delete;

    /// The body of the answer, ending in a zero, to be parsed in place; valid until the next call.
    char* post(std::string_view target, std::string_view body);

private:
    void send(std::string_view head, std::string_view body);
    void receive();

    int socket_;
    std::string head_;
    std::string answer_;
};

}  // namespace straight
