#include "worker/token_server.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "config/settings.hpp"
#include "worker/http_connection.hpp"
#include "worker/secret_text.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::result;

namespace {

using namespace std::chrono_literals;

/// Tokens have some kilobytes.
constexpr config::bytes longest_reply{256 * 1024};

/// What is not there is noticed within a second, as in the Azure SDKs: the address of the metadata service
/// leads nowhere outside of Azure, and nothing answers for it.
config::call_timeouts limits_at(token_server::distance how_far)
{
    if (how_far == token_server::distance::host)
        return {.connect = 1s, .tls = 5s, .first_byte = 30s, .whole = 60s};
    return {.connect = 10s, .tls = 10s, .first_byte = 30s, .whole = 60s};
}

config::endpoint parsed(std::string_view url, const std::string& purpose)
{
    auto found = config::parse_endpoint(url.substr(0, url.find('?')));
    if (const auto* wrong = std::get_if<config::text_error>(&found))
        throw std::runtime_error{purpose + ": its URL " + wrong->message};
    return std::get<config::endpoint>(std::move(found));
}

std::string query_of(const std::string& url) { return url.substr(std::min(url.find('?'), url.size())); }

}  // namespace

token_server::token_server(asio::io_context& loop, const std::string& url, distance how_far,
                           const std::string& purpose, const std::optional<std::string>& ca_file,
                           const std::optional<config::proxy_settings>& proxy)
    : loop_{loop},
      server_{parsed(url, purpose)},
      query_{query_of(url)},
      how_far_{how_far},
      tls_{server_.scheme == config::url_scheme::https ? std::optional<tls_context>{std::in_place, ca_file}
                                                       : std::nullopt},
      proxy_{proxy ? std::optional<proxy_hop>{std::in_place, loop, *proxy} : std::nullopt},
      where_{loop, server_.host, server_.port}
{}

asio::awaitable<result<http_answer>> token_server::ask(token_request what)
{
    const auto limits = limits_at(how_far_);
    const auto complete_by = config::clock::now() + limits.whole;
    http_connection connection{loop_, tls_ ? &*tls_ : nullptr, proxy_ ? &*proxy_ : nullptr};
    const auto opened = co_await connection.open(where_, limits, complete_by);
    if (!opened) co_return opened.error();

    const auto authority = server_.authority();
    const auto size = std::to_string(what.form.size());
    const bool posts = !what.form.empty();
    constexpr std::string_view form_head =
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
    const auto head =
        joined_secret({posts ? "POST " : "GET ", what.target, " HTTP/1.1\r\nHost: ", authority,
                       "\r\nUser-Agent: batchmill/" BATCHMILL_VERSION
                       "\r\nAccept: application/json\r\nConnection: close\r\n",
                       posts ? form_head : std::string_view{}, posts ? size : std::string_view{},
                       posts ? "\r\n" : "", what.headers, "\r\n"});
    const http_request request{.head = head.reveal(), .body = what.form};
    const exchange_limits exchange{
        .longest_body = longest_reply, .first_byte = limits.first_byte, .complete_by = complete_by};
    co_return co_await connection.exchange(request, exchange, memory_);
}

std::string token_server::target() const { return (server_.path.empty() ? "/" : server_.path) + query_; }

std::string token_server::target_with(std::string_view parameters) const
{
    return target().append(query_.empty() ? "?" : "&").append(parameters);
}

}  // namespace worker
