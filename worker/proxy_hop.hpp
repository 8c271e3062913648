#pragma once

#include <boost/asio/io_context.hpp>

#include <string>

#include "config/proxy.hpp"
#include "config/secret.hpp"
#include "pipeline/failure.hpp"
#include "worker/host_lookup.hpp"

namespace worker {

/// A proxy on the way to one server: where it is, and what it is shown.
///
/// Lives on the loop's thread and outlives its connections.
class proxy_hop {
public:
    /// Reads the password once, and throws std::runtime_error that names it where that cannot be done.
    proxy_hop(boost::asio::io_context& loop, const config::proxy_settings& settings);

    [[nodiscard]] host_lookup& where() { return where_; }
    [[nodiscard]] const config::proxy_settings& settings() const { return settings_; }

    /// The line Proxy-Authorization (RFC 7617) with its CRLF; empty where nothing is shown. Reads the
    /// password again, which may have changed. Fails with http_failure::proxy.
    [[nodiscard]] pipeline::result<config::secret> authorization() const;

private:
    config::proxy_settings settings_;
    host_lookup where_;
};

}  // namespace worker
