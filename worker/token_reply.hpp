#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "pipeline/failure.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// Reads what an issuer of tokens answers with 200, in all its forms:
///   - Entra ID: `{"access_token", "expires_in": 3599, "refresh_in": 1800}` (RFC 6749 §5.1);
///   - IMDS, Azure Arc, Cloud Shell: the same with numbers as strings, and `expires_on` in Unix seconds;
///   - App Service and Container Apps: only `expires_on`; its 2017 form has a date there (RFC 3339 or an
///     HTTP-date is understood);
///   - `az account get-access-token`: `{"accessToken", "expires_on": 1700000000, "expiresOn": local time}`.
///     The local time is not read: it is ambiguous for an hour a year, and `az` has had the other since 2.54.
///
/// How long the token lasts is `expires_in`, else `expires_on` less `now`, as azure-identity has it. `now` is
/// best the issuer's own, from the Date of its answer: then our clock may be wrong.
///
/// `body` is overwritten with zeros in any case, because it held a secret. Foreign
/// bytes: fails, with errc::transient and token_failure::garbage, where there is no token that a header could
/// carry, or no lifetime; never throws. No message repeats any of it.
[[nodiscard]] pipeline::result<access_token> read_token_reply(std::span<char> body,
                                                              std::chrono::sys_seconds now);

}  // namespace worker
