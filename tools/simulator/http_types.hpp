#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A stand-in for Azure OpenAI and OpenAI that anyone can run. README.md of this folder is the way in.
namespace simulator {

/// Names in lower case, in the order in which they are sent.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that (lower-case) name; empty where there is none.
[[nodiscard]] inline std::string_view find_header(const header_list& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

/// A whole request as it came in.
struct http_request {
    std::string method;
    std::string target;     ///< path and query, still percent-encoded
    header_list headers{};  ///< names in lower case
    std::string body{};
    bool keep_alive = true;
};

/// A whole answer; the framing headers (content-length, transfer-encoding, connection) are added when it
/// is written.
struct http_answer {
    int status = 200;
    header_list headers{};
    std::string body{};
};

}  // namespace simulator
