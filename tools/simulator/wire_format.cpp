#include "tools/simulator/wire_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace simulator {
namespace {

constexpr int no_content = 204;

std::string_view reason(int status)
{
    switch (status) {
        case 200: return "OK";
        case no_content: return "No Content";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        default: return {};
    }
}

void append_header(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string head_of(const http_answer& answer, framing delimited, afterwards then)
{
    std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    out.append(reason(answer.status)).append("\r\n");
    for (const auto& [name, value] : answer.headers) append_header(out, name, value);
    switch (delimited) {
        case framing::content_length:
            if (answer.status != no_content) {
                append_header(out, "content-length", std::to_string(answer.body.size()));
            }
            break;
        case framing::chunked: append_header(out, "transfer-encoding", "chunked"); break;
    }
    switch (then) {
        case afterwards::keep_alive: break;
        case afterwards::close: append_header(out, "connection", "close"); break;
    }
    return out + "\r\n";
}

std::string chunked(std::string_view body)
{
    constexpr std::size_t chunk_size = 16 * 1024;
    std::string out;
    out.reserve(body.size() + body.size() / 1024 + 64);
    while (!body.empty()) {
        const auto chunk = body.substr(0, std::min(chunk_size, body.size()));
        body.remove_prefix(chunk.size());
        std::array<char, 16> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), chunk.size(), 16).ptr;
        out.append(digits.data(), end).append("\r\n").append(chunk).append("\r\n");
    }
    return out + "0\r\n\r\n";
}

}  // namespace simulator
