#include "worker/proxy_hop.hpp"

#include <span>
#include <stdexcept>

#include "config/percent_encoding.hpp"
#include "pipeline/base64.hpp"
#include "worker/http_failure.hpp"
#include "worker/secret_text.hpp"

namespace worker {
namespace {

/// user:password
config::secret read_account(const config::proxy_settings& of)
{
    const auto found = config::read_secret(*of.password, "the password for the proxy of " + of.named_by);
    if (!of.username.empty()) return joined_secret({of.username, ":", found.reveal()});
    const config::secret user{config::percent_decoded(config::userinfo_of(found.reveal()))};
    // RFC 7617 section 2: there is always a colon, also where no password stands behind it.
    return joined_secret({user.reveal(), user.reveal().find(':') == std::string_view::npos ? ":" : ""});
}

config::secret read_authorization(const config::proxy_settings& of)
{
    if (!of.password) return config::secret{{}};
    const auto account = read_account(of);
    std::string encoded;
    // Growing would leave a copy behind in memory that nobody wipes.
    encoded.reserve(4 * account.reveal().size() / 3 + 4);
    pipeline::append_base64(encoded, std::as_bytes(std::span{account.reveal()}));
    const config::secret value{std::move(encoded)};
    return joined_secret({"Proxy-Authorization: Basic ", value.reveal(), "\r\n"});
}

}  // namespace

proxy_hop::proxy_hop(boost::asio::io_context& loop, const config::proxy_settings& settings)
    : settings_{settings}, where_{loop, settings.host, settings.port}
{
    static_cast<void>(read_authorization(settings_));
}

pipeline::result<config::secret> proxy_hop::authorization() const
{
    try {
        return read_authorization(settings_);
    } catch (const std::runtime_error& why) {
        return pipeline::failure{pipeline::errc::deployment_stopped, why.what()}.with_code(
            std::string{http_failure::proxy});
    }
}

}  // namespace worker
