#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "config/secret.hpp"
#include "worker/client_certificate.hpp"

namespace worker {

/// What is said in an assertion.
struct assertion_claims {
    std::string_view audience;   ///< the URL of the token endpoint that it is for
    std::string_view client_id;  ///< who says it, of itself
    std::string_view id;         ///< unique among assertions
    std::chrono::sys_seconds now;
};

/// A JSON Web Token with which an application proves by its certificate who it is: header
/// `{"alg":"PS256","typ":"JWT","x5t#S256"}`, good for ten minutes
/// (https://learn.microsoft.com/entra/identity-platform/certificate-credentials, RFC 7523 section 3). A
/// secret while it is good.
[[nodiscard]] config::secret write_assertion(const assertion_claims& what, const client_certificate& by);

}  // namespace worker
