#include "worker/proxy_refusal.hpp"

#include "worker/http_failure.hpp"

namespace worker {

using pipeline::errc;
using pipeline::failure;

namespace {

bool is_of_file(const config::proxy_settings& proxy)
{
    return proxy.named_in == config::proxy_settings::origin::file;
}

std::string about_account(const config::proxy_settings& proxy, const std::string& number)
{
    const auto place = is_of_file(proxy) ? "username and password of " + proxy.named_by
                                         : "user and password in the URL of " + proxy.named_by +
                                               " (http://user:password@host:port, percent-encoded)";
    if (proxy.password) return "refuses the account that it is shown" + number + ": look at " + place;
    return "wants to know who asks" + number + ": set " + place;
}

std::string about_exceptions(const config::proxy_settings& proxy)
{
    return is_of_file(proxy) ? "write \"proxy\": {\"url\": \"direct\"} into the deployment"
                             : "name the host in NO_PROXY";
}

}  // namespace

failure proxy_refusal(int status, const config::proxy_settings& proxy, const std::string& server)
{
    const auto words = "the proxy " + config::described(proxy) + ", ";
    const auto number = " (" + std::to_string(status) + ")";
    // Meant for servers, 401 is what tinyproxy answers to a wrong password.
    if (status == 407 || status == 401)
        return failure{errc::deployment_stopped, words + about_account(proxy, number)}
            .with_code(std::string{http_failure::proxy_account})
            .with_status(status);
    // 408 and 429 are about the moment, as everything from 500 on.
    const bool is_final = status < 500 && status != 408 && status != 429;
    if (!is_final)
        return failure{errc::transient, words + "cannot reach " + server + number}
            .with_code(std::string{http_failure::proxy})
            .with_status(status);
    return failure{errc::deployment_stopped,
                   words + "does not connect to " + server + number +
                       ": it has to allow CONNECT to that host and port; where it need "
                       "not stand in between, " +
                       about_exceptions(proxy)}
        .with_code(std::string{http_failure::proxy})
        .with_status(status);
}

}  // namespace worker
