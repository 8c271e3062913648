#pragma once

#include <string_view>

/// The code words of pipeline::failure for what happens between us and the service, before there is an
/// answer whose status could be read.
namespace worker::http_failure {

inline constexpr std::string_view lookup = "lookup";    ///< the host's name leads to no address
inline constexpr std::string_view connect = "connect";  ///< none of its addresses took the connection
inline constexpr std::string_view tls = "tls";          ///< handshake or certificate

inline constexpr std::string_view proxy = "proxy";                  ///< it does not connect to the server
inline constexpr std::string_view proxy_account = "proxy_account";  ///< it asks who we are

/// The connection ended before the first byte of an answer: after a pause that is what it looks like when
/// the peer closed it while it was idle.
inline constexpr std::string_view reset = "reset";
inline constexpr std::string_view cut_short = "cut_short";    ///< it ended within the answer
inline constexpr std::string_view garbage = "garbage";        ///< what came is not HTTP/1.x
inline constexpr std::string_view body_limit = "body_limit";  ///< the answer is longer than the limit

inline constexpr std::string_view timeout_connect = "timeout_connect";
inline constexpr std::string_view timeout_tls = "timeout_tls";
inline constexpr std::string_view timeout_first_byte = "timeout_first_byte";
inline constexpr std::string_view timeout_whole = "timeout_whole";

}  // namespace worker::http_failure
