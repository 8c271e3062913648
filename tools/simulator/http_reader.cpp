#include "tools/simulator/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <optional>

namespace simulator {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t head_limit = 64 * 1024;
constexpr std::uint64_t body_limit = 256ULL * 1024 * 1024;

std::string lower_case(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    });
    return lower;
}

int status_for(boost::system::error_code error)
{
    constexpr int bad_request = 400;
    constexpr int content_too_large = 413;
    constexpr int head_too_large = 431;
    if (error == http::error::body_limit) return content_too_large;
    if (error == http::error::header_limit) return head_too_large;
    return bad_request;
}

}  // namespace

struct http_reader::state {
    std::optional<http::request_parser<http::string_body>> parser;
    int failure = 0;

    void restart()
    {
        parser.emplace();
        parser->header_limit(head_limit);
        parser->body_limit(body_limit);
        parser->eager(true);
    }
};

http_reader::http_reader() : state_{std::make_unique<state>()} { state_->restart(); }
http_reader::~http_reader() = default;

std::size_t http_reader::feed(std::string_view bytes)
{
    boost::system::error_code error;
    const auto used = state_->parser->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != http::error::need_more) state_->failure = status_for(error);
    return used;
}

bool http_reader::done() const { return state_->parser->is_done(); }

int http_reader::failure() const { return state_->failure; }

bool http_reader::wants_continue() const
{
    const auto& parser = *state_->parser;
    return parser.is_header_done() && !parser.is_done() &&
           parser.get()[http::field::expect] == "100-continue";
}

http_request http_reader::take()
{
    auto message = state_->parser->release();
    http_request request;
    request.method = std::string{message.method_string()};
    request.target = std::string{message.target()};
    request.keep_alive = message.keep_alive();
    for (const auto& field : message) {
        request.headers.emplace_back(lower_case(field.name_string()), std::string{field.value()});
    }
    request.body = std::move(message.body());
    state_->restart();
    return request;
}

}  // namespace simulator
