#include "worker/service_endpoint.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <utility>

#include "pipeline/reply_codec.hpp"
#include "pipeline/request_codec.hpp"
#include "worker/answer_limit.hpp"
#include "worker/http_failure.hpp"
#include "worker/service_answer.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::reply;
using pipeline::result;

namespace {

// Up to here a body is copied behind its head: one buffer makes one TLS record and one packet.
constexpr std::size_t small_body = 8 * 1024;

std::optional<config::secret> read_credential(const config::deployment_settings& from)
{
    if (!from.auth.api_key) return std::nullopt;
    const auto key = config::read_secret(*from.auth.api_key, "the key of deployment \"" + from.name + '"');
    const auto printable = [](char letter) { return letter > ' ' && letter <= '~'; };
    if (!std::ranges::all_of(key.reveal(), printable))
        throw std::runtime_error{"the key of deployment \"" + from.name + "\" (" + from.auth.api_key->name +
                                 ") has characters that a header cannot carry"};

    const auto header = config::header_of(from);
    std::string line;
    // Growing would leave a copy of the key behind in memory that nobody wipes.
    line.reserve(header.name.size() + header.prefix.size() + key.reveal().size() + 4);
    line.append(header.name).append(": ").append(header.prefix).append(key.reveal()).append("\r\n");
    return config::secret{std::move(line)};
}

/// This call as a span of the jobs' trace. The half of a UUID that begins with its variant is random but
/// for two bits, and so never zero.
std::string traceparent_of(const pipeline::trace_context& trace, const boost::uuids::uuid& fresh)
{
    const std::span<const std::uint8_t, 16> bytes{fresh.begin(), fresh.size()};
    return pipeline::write_traceparent(trace, bytes.last<8>());
}

/// What an answer is worth: the reply, or the failure with the id under which the service knows it.
result<reply> understand(const pipeline::request& ask, http_answer answer)
{
    if (answer.status != 200)
        return failure_of(answer, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));

    auto id = request_id(answer.headers);
    auto understood = pipeline::read_reply(ask, std::move(answer.body));
    if (!understood) return understood.error().with_status(answer.status).with_request_id(std::move(id));
    understood->request_id = std::move(id);
    return understood;
}

/// Some servers give the parameter in a word of its own, others only in the sentence; all name it.
bool blames_encoding(const pipeline::failure& why)
{
    return why.reason() == pipeline::errc::refused &&
           why.detail().find("encoding_format") != std::string::npos;
}

}  // namespace

service_endpoint::service_endpoint(asio::io_context& loop, pipeline::byte_pool& memory,
                                   const config::deployment_settings& settings)
    : memory_{memory},
      timeouts_{settings.timeouts},
      urls_{config::url_of(settings, config::operation::embeddings),
            config::url_of(settings, config::operation::completions),
            config::url_of(settings, config::operation::chat),
            config::url_of(settings, config::operation::responses)},
      credential_{read_credential(settings)},
      tls_{urls_.front().server.scheme == config::url_scheme::https
               ? std::optional<tls_context>{std::in_place, settings.ca_file}
               : std::nullopt},
      pool_{loop,
            urls_.front().server.host,
            urls_.front().server.port,
            settings.timeouts,
            tls_ ? &*tls_ : nullptr,
            settings.max_concurrency}
{}

asio::awaitable<result<reply>> service_endpoint::call(const pipeline::request& ask)
{
    const auto complete_by = config::clock::now() + timeouts_.whole;
    const bool may_be_refused = pipeline::asks_for_base64(*ask.form);
    if (!may_be_refused || !refuses_base64_) {
        auto done = co_await call_once(ask, complete_by);
        if (!may_be_refused || done || !blames_encoding(done.error())) co_return done;
        refuses_base64_ = true;
    }
    auto form = *ask.form;
    form.vectors = pipeline::vector_text_form::numbers;
    auto plainer = ask;
    plainer.form = &form;
    co_return co_await call_once(plainer, complete_by);
}

asio::awaitable<result<reply>> service_endpoint::call_once(const pipeline::request& ask,
                                                           config::time_point complete_by)
{
    const auto& url = urls_.at(static_cast<std::size_t>(ask.form->asks));
    const exchange_limits limits{
        .longest_body = longest_answer(ask), .first_byte = timeouts_.first_byte, .complete_by = complete_by};
    const auto body = pipeline::write_request(ask, url.model);
    const bool in_one = body.size() <= small_body;

    // It holds the key, so it is wiped like one.
    auto text = write_head(url, body.size(), ask.trace);
    if (in_one) text += body;
    const config::secret head{std::move(text)};
    const http_request request{.head = head.reveal(), .body = in_one ? std::string_view{} : body};

    auto answer = co_await send(request, limits);
    if (!answer) co_return answer.error();
    co_return understand(ask, *std::move(answer));
}

asio::awaitable<result<http_answer>> service_endpoint::send(http_request text, exchange_limits limits)
{
    {
        auto lease = co_await pool_.borrow(limits.complete_by);
        if (!lease) co_return lease.error();
        auto answer = co_await lease->connection().exchange(text, limits, memory_);
        const bool lost_while_idle =
            !answer && lease->is_used() && answer.error().code() == http_failure::reset;
        if (!lost_while_idle) co_return answer;
    }
    auto fresh = co_await pool_.open(limits.complete_by);
    if (!fresh) co_return fresh.error();
    co_return co_await fresh->connection().exchange(text, limits, memory_);
}

std::string service_endpoint::write_head(const config::service_url& url, std::size_t body_size,
                                         const std::optional<pipeline::trace_context>& trace)
{
    std::string head;
    // For the reason given in read_credential.
    head.reserve(small_body + 1024 + url.target.size() + (credential_ ? credential_->reveal().size() : 0));
    head.append("POST ").append(url.target).append(" HTTP/1.1\r\nHost: ").append(url.server.authority());
    head.append("\r\nUser-Agent: batchmill/" BATCHMILL_VERSION
                "\r\nContent-Type: application/json\r\nAccept: application/json\r\n");
    // Azure repeats it in its answer and in its own logs.
    head.append("x-ms-client-request-id: ").append(boost::uuids::to_string(request_ids_()));
    head.append("\r\nContent-Length: ").append(std::to_string(body_size)).append("\r\n");
    if (trace) head.append("traceparent: ").append(traceparent_of(*trace, request_ids_())).append("\r\n");
    if (credential_) head.append(credential_->reveal());
    return head.append("\r\n");
}

}  // namespace worker
