#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/uuid/random_generator.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/secret.hpp"
#include "config/service_url.hpp"
#include "config/settings.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/shared_bytes.hpp"
#include "worker/http_pool.hpp"
#include "worker/tls_context.hpp"

namespace worker {

/// One deployment behind the REST API of Azure OpenAI (dated or v1) or of OpenAI and its imitators.
///
/// A call is one request: repeating is the dispatcher's business. The one exception is a kept-alive
/// connection that its peer closed while it was idle: where it ends before a byte of the answer arrived,
/// the request goes out once more, on a new connection and within the same time. And a server that refuses to
/// be asked for base64, as some did before they knew it, is asked for numbers
/// at once, within the same time, and from then on.
///
/// Lives on the loop's thread and outlives its calls.
class service_endpoint final : public pipeline::model_endpoint {
public:
    /// `settings` have passed the loader. Reads the key and the certificates now, and throws
    /// std::runtime_error that names what is missing. Answers are read into `memory`, which must outlive
    /// them.
    service_endpoint(boost::asio::io_context& loop, pipeline::byte_pool& memory,
                     const config::deployment_settings& settings);

    boost::asio::awaitable<pipeline::result<pipeline::reply>> call(const pipeline::request& ask) override;

    /// Drops the idle connections, whose timer would keep the loop running. Calls under way go on.
    void close() { pool_.close_all(); }

private:
    [[nodiscard]] std::string write_head(const config::service_url& url, std::size_t body_size,
                                         const std::optional<pipeline::trace_context>& trace);
    boost::asio::awaitable<pipeline::result<pipeline::reply>> call_once(const pipeline::request& ask,
                                                                        config::time_point complete_by);
    boost::asio::awaitable<pipeline::result<http_answer>> send(http_request text, exchange_limits limits);

    pipeline::byte_pool& memory_;
    config::call_timeouts timeouts_;
    std::array<config::service_url, 4> urls_;   // by config::operation
    std::optional<config::secret> credential_;  // the whole header line
    std::optional<tls_context> tls_;
    http_pool pool_;
    boost::uuids::random_generator request_ids_;
    bool refuses_base64_ = false;
};

}  // namespace worker
