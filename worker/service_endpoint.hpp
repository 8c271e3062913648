#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/uuid/random_generator.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/service_url.hpp"
#include "config/settings.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/shared_bytes.hpp"
#include "worker/credential.hpp"
#include "worker/http_pool.hpp"
#include "worker/proxy_hop.hpp"
#include "worker/tls_context.hpp"

namespace worker {

/// One deployment behind the REST API of Azure OpenAI (dated or v1) or of OpenAI and its imitators.
///
/// A call is one request: repeating is the dispatcher's business. Three things are not worth its while, and
/// the request goes out once more within the same time: on a new connection, where a kept-alive one was
/// closed by its peer while it was idle, that is, ended before a byte of the answer arrived; with another
/// credential, where the service answers 401 and there is one, a fresh token or the second key; and asking
/// for numbers, now and from then on, where a server refuses to be asked for base64, as some did before they
/// knew it.
///
/// Lives on the loop's thread and outlives its calls.
class service_endpoint final : public pipeline::model_endpoint {
public:
    /// `settings` have passed the loader. Reads certificates, headers and the proxy's password now, and
    /// throws std::runtime_error that names what is missing. Answers are read into `memory`, which must
    /// outlive them; requests carry what `shows` shows, which must outlive this.
    service_endpoint(boost::asio::io_context& loop, pipeline::byte_pool& memory,
                     const config::deployment_settings& settings, credential& shows);

    boost::asio::awaitable<pipeline::result<pipeline::reply>> call(const pipeline::request& ask) override;

    /// Drops the idle connections, whose timer would keep the loop running. Calls under way go on.
    void close() { pool_.close_all(); }

    [[nodiscard]] const connection_counts& connections() const { return pool_.counts(); }
    /// Requests that went out once more because their connection had been closed while it was idle.
    [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

private:
    /// A request that is not signed yet. Refers to what must live until it is answered.
    struct outgoing {
        const config::service_url& url;
        std::string_view body;
        const std::optional<pipeline::trace_context>& trace;
        exchange_limits limits;
    };
    boost::asio::awaitable<pipeline::result<pipeline::reply>> call_once(const pipeline::request& ask,
                                                                        config::time_point complete_by);
    /// `shown` becomes the version of the credential that the request carries.
    boost::asio::awaitable<pipeline::result<http_answer>> send_signed(const outgoing& what,
                                                                      std::uint64_t& shown);
    boost::asio::awaitable<pipeline::result<http_answer>> send(http_request text, exchange_limits limits);
    [[nodiscard]] std::string write_head(const outgoing& what, std::string_view credential_lines);

    pipeline::byte_pool& memory_;
    credential& credential_;
    config::call_timeouts timeouts_;
    std::array<config::service_url, 4> urls_;  // by config::operation
    std::optional<tls_context> tls_;
    std::optional<proxy_hop> proxy_;
    config::secret header_lines_;  // of the settings; some may be secrets
    http_pool pool_;
    boost::uuids::random_generator request_ids_;
    std::uint64_t repeated_ = 0;
    bool refuses_base64_ = false;
};

}  // namespace worker
