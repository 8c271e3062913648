#pragma once

#include <memory>
#include <string_view>

#include "tools/simulator/http_types.hpp"

namespace simulator {

/// Makes requests out of the bytes of a connection. Does no I/O: the caller brings the bytes.
class http_reader {
public:
    http_reader();
    ~http_reader();
    http_reader(const http_reader&) = delete;
    http_reader& operator=(const http_reader&) = delete;

    /// Takes the bytes that come next and returns how many of them it has used up. Those left belong to
    /// the next request, or are the beginning of a head and have to come again with more behind them.
    std::size_t feed(std::string_view bytes);

    /// A whole request is there: take() it before the next feed().
    [[nodiscard]] bool done() const;
    /// The status to refuse with, where the bytes are no request or too many; else 0.
    [[nodiscard]] int failure() const;
    /// The client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
    [[nodiscard]] bool wants_continue() const;

    [[nodiscard]] http_request take();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace simulator
