#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "pipeline/failure.hpp"
#include "worker/deadline.hpp"
#include "worker/tls_context.hpp"
#include "worker/tls_stream.hpp"

namespace worker {

/// Shakes hands as a client of `host`, whose name or address the certificate must have. Fails with
/// http_failure::tls, and says what is wrong and what to change; `limit` is for whoever awaits to look at.
/// Cancellation throws where `limit` has not passed. All arguments must outlive the coroutine.
[[nodiscard]] boost::asio::awaitable<pipeline::result<void>> shake_hands(tls_stream& stream, tls_context& tls,
                                                                         const std::string& host,
                                                                         const deadline& limit);

/// What the peer's TLS says when it breaks off later, such as that it wants a certificate, as a failure;
/// nothing where `error` is something else.
[[nodiscard]] std::optional<pipeline::failure> refusal_in(boost::system::error_code error);

}  // namespace worker
