#include "worker/client_proof.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <optional>

#include "config/percent_encoding.hpp"
#include "worker/client_assertion.hpp"
#include "worker/client_certificate.hpp"
#include "worker/secret_text.hpp"

namespace worker {
namespace {

constexpr std::string_view assertion_field =
    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_"
    "assertion=";

config::secret field(std::string_view before, const config::secret& value)
{
    const config::secret encoded{config::percent_encoded(value.reveal())};
    return joined_secret({before, encoded.reveal()});
}

}  // namespace

config::secret secret_proof::fields(std::string_view, std::chrono::sys_seconds)
{
    return field("client_secret=", config::read_secret(who_.secret, "client_secret"));
}

config::secret certificate_proof::fields(std::string_view audience, std::chrono::sys_seconds now)
{
    std::optional<config::secret> password;
    if (who_.password) password = config::read_secret(*who_.password, "certificate_password");
    const client_certificate certificate{who_.file, password};
    const auto id = boost::uuids::to_string(ids_());
    const assertion_claims claims{
        .audience = audience, .client_id = who_.who.client_id, .id = id, .now = now};
    return field(assertion_field, write_assertion(claims, certificate));
}

config::secret federated_proof::fields(std::string_view, std::chrono::sys_seconds)
{
    const config::secret_reference file{config::secret_reference::source::file, who_.token_file};
    return field(assertion_field, config::read_secret(file, "federated_token_file"));
}

}  // namespace worker
