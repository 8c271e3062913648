#pragma once

#include <boost/asio/io_context.hpp>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/http_connection.hpp"

namespace tests {

/// One connection to a server that does what it was told.
struct http_rig {
    static constexpr std::string_view question = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";

    explicit http_rig(std::vector<script> connections, std::string host = "127.0.0.1",
                      const simulator::certificate_pair* identity = nullptr,
                      worker::tls_context* tls = nullptr)
        : server{std::move(connections), identity},
          where{loop, std::move(host), server.port()},
          connection{loop, tls}
    {}

    pipeline::result<void> open()
    {
        return run(loop, connection.open(where, timeouts, config::clock::now() + timeouts.whole));
    }

    boost::asio::awaitable<pipeline::result<worker::http_answer>> exchanging(worker::http_request ask)
    {
        return connection.exchange(ask,
                                   {.longest_body = longest_body,
                                    .first_byte = timeouts.first_byte,
                                    .complete_by = config::clock::now() + timeouts.whole},
                                   memory);
    }

    pipeline::result<worker::http_answer> exchange(std::string_view head = question,
                                                   std::string_view body = "{}")
    {
        return run(loop, exchanging({head, body}));
    }

    pipeline::result<worker::http_answer> open_and_exchange()
    {
        if (const auto opened = open(); !opened) return opened.error();
        return exchange();
    }

    boost::asio::io_context loop;
    config::call_timeouts timeouts;
    config::bytes longest_body{4 * 1024 * 1024};
    scripted_server server;
    pipeline::byte_pool memory{1024 * 1024};
    worker::host_lookup where;
    worker::http_connection connection;
};

}  // namespace tests
