#include "worker/client_assertion.hpp"

#include <span>

#include "pipeline/json_text.hpp"
#include "worker/base64url.hpp"
#include "worker/secret_text.hpp"

namespace worker {
namespace {

constexpr std::chrono::seconds good_for{600};

std::string segment(std::string_view json) { return base64url(std::as_bytes(std::span{json})); }

std::string header_of(const client_certificate& by)
{
    std::string json;
    pipeline::json_object_writer header{json};
    header.text("alg", "PS256");
    header.text("typ", "JWT");
    header.text("x5t#S256", by.thumbprint());
    header.close();
    return json;
}

std::string claims_of(const assertion_claims& what)
{
    const auto now = what.now.time_since_epoch();
    std::string json;
    pipeline::json_object_writer claims{json};
    claims.text("aud", what.audience);
    claims.text("iss", what.client_id);
    claims.text("sub", what.client_id);
    claims.text("jti", what.id);
    claims.number("nbf", now.count());
    claims.number("exp", (now + good_for).count());
    claims.close();
    return json;
}

}  // namespace

config::secret write_assertion(const assertion_claims& what, const client_certificate& by)
{
    const auto text = segment(header_of(by)) + '.' + segment(claims_of(what));
    return joined_secret({text, ".", by.signature_of(text)});
}

}  // namespace worker
