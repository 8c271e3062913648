#include "worker/service_endpoint.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <chrono>
#include <span>
#include <utility>

#include "config/secret.hpp"
#include "pipeline/reply_codec.hpp"
#include "pipeline/request_codec.hpp"
#include "worker/answer_limit.hpp"
#include "worker/http_failure.hpp"
#include "worker/rate_limit_headers.hpp"
#include "worker/secret_text.hpp"
#include "worker/service_answer.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::reply;
using pipeline::result;

namespace {

// Up to here a body is copied behind its head: one buffer makes one TLS record and one packet.
constexpr std::size_t small_body = 8 * 1024;

/// This call as a span of the jobs' trace. The half of a UUID that begins with its variant is random but
/// for two bits, and so never zero.
std::string traceparent_of(const pipeline::trace_context& trace, const boost::uuids::uuid& fresh)
{
    const std::span<const std::uint8_t, 16> bytes{fresh.begin(), fresh.size()};
    return pipeline::write_traceparent(trace, bytes.last<8>());
}

/// Services charge it to the quota when the request arrives. Bounded, because a record may ask for any
/// max_tokens.
config::tokens may_generate(const pipeline::request& ask)
{
    const auto each = std::min<std::int64_t>(ask.form->output_tokens.count(), highest_limit);
    return config::tokens{each * static_cast<std::int64_t>(ask.pieces.size())};
}

/// What an answer is worth: the reply, or the failure with the id under which the service knows it.
result<reply> understand(const pipeline::request& ask, http_answer answer)
{
    if (answer.status != 200)
        return failure_of(answer, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                          may_generate(ask));

    auto id = request_id(answer.headers);
    const auto notice = read_quota_notice(answer.headers);
    auto understood = pipeline::read_reply(ask, std::move(answer.body));
    if (!understood)
        return understood.error()
            .with_status(answer.status)
            .with_request_id(std::move(id))
            .with_quota(notice);
    understood->request_id = std::move(id);
    understood->quota = notice;
    return understood;
}

config::secret header_lines(const config::deployment_settings& of)
{
    config::secret lines{{}};
    for (const auto& [name, value] : of.headers)
        lines = joined_secret({lines.reveal(), name, ": ", value, "\r\n"});
    for (const auto& [name, from] : of.secret_headers) {
        const auto purpose = "the header " + name + " of deployment \"" + of.name + '"';
        const auto line = secret_header(name, {}, config::read_secret(from, purpose), purpose);
        lines = joined_secret({lines.reveal(), line.reveal()});
    }
    return lines;
}

/// Some servers give the parameter in a word of its own, others only in the sentence; all name it.
bool blames_encoding(const pipeline::failure& why)
{
    return why.reason() == pipeline::errc::refused &&
           why.detail().find("encoding_format") != std::string::npos;
}

}  // namespace

service_endpoint::service_endpoint(asio::io_context& loop, pipeline::byte_pool& memory,
                                   const config::deployment_settings& settings, credential& shows)
    : memory_{memory},
      credential_{shows},
      timeouts_{settings.timeouts},
      urls_{config::url_of(settings, config::operation::embeddings),
            config::url_of(settings, config::operation::completions),
            config::url_of(settings, config::operation::chat),
            config::url_of(settings, config::operation::responses)},
      tls_{urls_.front().server.scheme == config::url_scheme::https
               ? std::optional<tls_context>{std::in_place, settings.ca_file, settings.tls}
               : std::nullopt},
      proxy_{settings.proxy ? std::optional<proxy_hop>{std::in_place, loop, *settings.proxy} : std::nullopt},
      header_lines_{header_lines(settings)},
      pool_{loop,
            urls_.front().server.host,
            urls_.front().server.port,
            settings.timeouts,
            tls_ ? &*tls_ : nullptr,
            settings.max_concurrency,
            proxy_ ? &*proxy_ : nullptr}
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
    const auto body = pipeline::write_request(ask, url.model);
    const exchange_limits limits{
        .longest_body = longest_answer(ask), .first_byte = timeouts_.first_byte, .complete_by = complete_by};
    const outgoing what{.url = url, .body = body, .trace = ask.trace, .limits = limits};

    std::uint64_t shown = 0;
    auto answer = co_await send_signed(what, shown);
    if (answer && answer->status == 401 && co_await credential_.replace(shown, complete_by))
        answer = co_await send_signed(what, shown);
    if (!answer) co_return answer.error();

    const bool is_kept_out = answer->status == 401 || answer->status == 403;
    auto understood = understand(ask, *std::move(answer));
    const auto advice = credential_.advice();
    if (!understood && is_kept_out && !advice.empty())
        co_return understood.error().with_further_detail(advice);
    co_return understood;
}

asio::awaitable<result<http_answer>> service_endpoint::send_signed(const outgoing& what, std::uint64_t& shown)
{
    const auto signature = co_await credential_.show(what.limits.complete_by);
    if (!signature) co_return signature.error();
    shown = signature->version;

    // It holds the credential, so it is wiped like one.
    const bool in_one = what.body.size() <= small_body;
    auto text = write_head(what, signature->lines);
    if (in_one) text += what.body;
    const config::secret head{std::move(text)};
    const http_request request{.head = head.reveal(), .body = in_one ? std::string_view{} : what.body};
    co_return co_await send(request, what.limits);
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
    ++repeated_;
    auto fresh = co_await pool_.open(limits.complete_by);
    if (!fresh) co_return fresh.error();
    co_return co_await fresh->connection().exchange(text, limits, memory_);
}

std::string service_endpoint::write_head(const outgoing& what, std::string_view credential_lines)
{
    std::string head;
    // Growing would leave a copy of the credential behind in memory that nobody wipes.
    head.reserve(small_body + 1024 + what.url.target.size() + header_lines_.reveal().size() +
                 credential_lines.size());
    head.append("POST ")
        .append(what.url.target)
        .append(" HTTP/1.1\r\nHost: ")
        .append(what.url.server.authority());
    head.append("\r\nUser-Agent: batchmill/" BATCHMILL_VERSION
                "\r\nContent-Type: application/json\r\nAccept: application/json\r\n");
    // Azure repeats it in its answer and in its own logs.
    head.append("x-ms-client-request-id: ").append(boost::uuids::to_string(request_ids_()));
    head.append("\r\nContent-Length: ").append(std::to_string(what.body.size())).append("\r\n");
    if (what.trace)
        head.append("traceparent: ").append(traceparent_of(*what.trace, request_ids_())).append("\r\n");
    return head.append(header_lines_.reveal()).append(credential_lines).append("\r\n");
}

}  // namespace worker
