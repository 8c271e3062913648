#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "config/endpoint.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/shared_bytes.hpp"
#include "worker/host_lookup.hpp"
#include "worker/http_answer.hpp"
#include "worker/proxy_hop.hpp"
#include "worker/tls_context.hpp"

namespace worker {

/// A request for a token. Views, which must live until the answer is there.
struct token_request {
    std::string_view target;   ///< path and query
    std::string_view headers;  ///< lines with their CRLF
    std::string_view form;     ///< what is posted; where empty, the request is a GET
};

/// An HTTP server that hands out tokens. Each request has a connection of its own, because hours lie between
/// two of them.
///
/// Lives on the loop's thread and outlives its coroutines.
class token_server {
public:
    enum class distance {
        network,  ///< as far as any server
        host  ///< on this machine or its virtual switch: where it does not answer at once, it is not there
    };

    /// `url` is http or https, and may have a path and a query. Throws std::runtime_error that begins with
    /// `purpose` where it is none, or where `ca_file` or the proxy's password cannot be
    /// read.
    token_server(boost::asio::io_context& loop, const std::string& url, distance how_far,
                 const std::string& purpose, const std::optional<std::string>& ca_file = {},
                 const std::optional<config::proxy_settings>& proxy = {});

    /// One attempt; redirects are not followed. Fails as http_connection does. Cancellation throws.
    boost::asio::awaitable<pipeline::result<http_answer>> ask(token_request what);

    /// The path and query of `url`.
    [[nodiscard]] std::string target() const;
    /// The same with further `parameters` ("a=1&b=2") behind it.
    [[nodiscard]] std::string target_with(std::string_view parameters) const;

private:
    boost::asio::io_context& loop_;
    config::endpoint server_;
    std::string query_;
    distance how_far_;
    std::optional<tls_context> tls_;
    std::optional<proxy_hop> proxy_;
    host_lookup where_;
    pipeline::byte_pool memory_{0};
};

}  // namespace worker
