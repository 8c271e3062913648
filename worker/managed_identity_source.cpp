#include "worker/managed_identity_source.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "config/percent_encoding.hpp"
#include "worker/http_failure.hpp"
#include "worker/secret_text.hpp"
#include "worker/token_answer.hpp"

namespace worker {

namespace asio = boost::asio;
using config::percent_encoded;
using pipeline::result;
using host = config::managed_identity::host;

namespace {

/// The words of one kind of host.
struct dialect {
    host where;
    std::string_view version;      ///< of the API; empty where the request is a form without one
    std::string_view header;       ///< shows that the request is meant, or what the host has given us for it
    std::string_view identity_id;  ///< parameter of a user-assigned identity
};

constexpr std::array dialects{
    dialect{host::machine, "2018-02-01", "Metadata", "client_id"},
    dialect{host::app_service, "2019-08-01", "X-IDENTITY-HEADER", "client_id"},
    dialect{host::azure_ml, "2017-09-01", "secret", "clientid"},
    dialect{host::cloud_shell, {}, "Metadata", {}},
};

const dialect& dialect_of(host where)
{
    const auto found = std::ranges::find(dialects, where, &dialect::where);
    if (found == dialects.end())
        throw std::logic_error{"a host of managed identities that has a class of its own"};
    return *found;
}

constexpr std::string_view metadata_path = "/metadata/identity/oauth2/token";

std::string url_of(const config::managed_identity& which)
{
    if (which.where != host::machine) return which.endpoint;
    const auto base = which.endpoint.empty() ? std::string{"http://169.254.169.254"} : which.endpoint;
    return base.substr(0, base.find_last_not_of('/') + 1).append(metadata_path);
}

std::string parameters_of(const config::managed_identity& which, const std::string& scope)
{
    const auto& words = dialect_of(which.where);
    auto text = "resource=" + percent_encoded(resource_of(scope));
    if (!words.version.empty()) text = "api-version=" + std::string{words.version} + '&' + text;
    if (which.client_id)
        text.append("&").append(words.identity_id).append("=").append(percent_encoded(*which.client_id));
    return text;
}

config::secret headers_for(const config::managed_identity& which)
{
    const auto name = dialect_of(which.where).header;
    // Browsers and proxies that were tricked into asking add no header.
    if (!which.header) return joined_secret({name, ": true\r\n"});
    return secret_header(name, {}, config::read_secret(*which.header, "managed_identity"),
                         "managed_identity");
}

}  // namespace

std::string resource_of(std::string_view scope)
{
    constexpr std::string_view suffix = "/.default";
    return std::string{scope.substr(0, scope.size() - (scope.ends_with(suffix) ? suffix.size() : 0))};
}

pipeline::failure host_failure(pipeline::failure why)
{
    // Outside of Azure nothing answers at those addresses, or something quite different.
    constexpr std::array not_there{http_failure::lookup, http_failure::connect,
                                   http_failure::timeout_connect};
    if (std::ranges::find(not_there, why.code()) == not_there.end()) return why;
    return pipeline::failure{pipeline::errc::deployment_stopped,
                             "nothing hands out managed identities here: " + why.detail()}
        .with_code(std::string{token_failure::unavailable});
}

managed_identity_source::managed_identity_source(asio::io_context& loop,
                                                 const config::managed_identity& which,
                                                 const std::string& scope, std::string name)
    : name_{std::move(name)},
      host_{loop, url_of(which), token_server::distance::host, "managed_identity"},
      headers_{headers_for(which)}
{
    const auto parameters = parameters_of(which, scope);
    if (which.where == host::cloud_shell) {
        target_ = host_.target();
        form_ = parameters;
    } else {
        target_ = host_.target_with(parameters);
    }
}

asio::awaitable<result<access_token>> managed_identity_source::fetch()
{
    const token_request request{.target = target_, .headers = headers_.reveal(), .form = form_};
    auto answer = co_await host_.ask(request);
    if (!answer) co_return host_failure(answer.error());
    co_return read_token_answer(*answer, token_issuer::host);
}

}  // namespace worker
