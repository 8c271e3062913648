#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "config/secret.hpp"
#include "pipeline/failure.hpp"

namespace worker {

/// A token, and how long it is good for, counted from when it came.
struct access_token {
    config::secret value;
    config::duration lifetime;
    std::optional<config::duration> refresh_in;  ///< when its issuer wants to be asked again
};

/// Somewhere that tokens come from: one identity and one scope.
///
/// Lives on the loop's thread and outlives its coroutines.
class token_source {
public:
    virtual ~token_source() = default;

    /// One attempt, within times of its own; repeating is token_credential's business. Fails with
    /// errc::transient for what passes by itself, and with errc::deployment_stopped for what somebody has to
    /// change; the detail says what. Cancellation throws.
    virtual boost::asio::awaitable<pipeline::result<access_token>> fetch() = 0;

    /// Which identity that is, for people: without secrets.
    [[nodiscard]] virtual const std::string& name() const = 0;
};

/// Codes of failures before an issuer has judged anything.
namespace token_failure {

/// There is no such source here: an identity of the machine where the machine has none, `az` where it is not
/// installed. A chain goes on to the next one.
inline constexpr std::string_view unavailable = "identity_unavailable";
/// A secret, a certificate or a token in a file cannot be read.
inline constexpr std::string_view unreadable = "identity_unreadable";
/// What came is no token.
inline constexpr std::string_view garbage = "token_unreadable";

}  // namespace token_failure

}  // namespace worker
