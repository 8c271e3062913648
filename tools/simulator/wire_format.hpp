#pragma once

#include <string>
#include <string_view>

#include "tools/simulator/http_types.hpp"

namespace simulator {

/// How the body is delimited.
enum class framing { content_length, chunked };

/// Whether the connection serves further requests.
enum class afterwards { keep_alive, close };

/// Status line and headers, with those of framing and connection, up to the empty line.
[[nodiscard]] std::string head_of(const http_answer& answer, framing delimited, afterwards then);

/// The body in chunks of 16 KiB (RFC 9112 section 7.1).
[[nodiscard]] std::string chunked(std::string_view body);

}  // namespace simulator
