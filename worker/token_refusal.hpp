#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "pipeline/failure.hpp"
#include "worker/http_answer.hpp"

namespace worker {

/// Who was asked for a token.
enum class token_issuer {
    entra_id,  ///< the authority itself
    host       ///< the machine or the service that the worker runs in, for its managed identity
};

/// What an answer other than 200 to a request for a token means.
///
///     408 429 5xx; 404 and 410 of a host               transient
///     `temporarily_unavailable`, AADSTS90033 and 90055 transient
///     everything else                                  deployment_stopped
///
/// (Hosts: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token;
/// a 404 or 410 there means that the endpoint is being updated.) A host's 400 says that it has no such
/// identity, which is token_failure::unavailable.
///
/// The code is `AADSTS` and the number of the error, else the issuer's word (RFC 6749 §5.2), else
/// `http_<status>`. The detail quotes the first line of `error_description` and says which setting to change
/// for the numbers that are known to come from settings
/// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). A body that is not JSON is
/// not quoted: what stands between us and the issuer may repeat what we sent. Foreign bytes: never throws.
[[nodiscard]] pipeline::failure token_refusal(const http_answer& answer, token_issuer from,
                                              std::chrono::sys_seconds now);

/// Which setting to look at where Entra ID gives that number; empty for numbers that are not known.
[[nodiscard]] std::string_view advice_on_aadsts(int number);

}  // namespace worker
