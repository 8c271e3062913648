#include "worker/arc_identity_source.hpp"

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "config/percent_encoding.hpp"
#include "worker/managed_identity_source.hpp"
#include "worker/secret_text.hpp"
#include "worker/token_answer.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::result;

namespace {

constexpr std::string_view metadata = "Metadata: true\r\n";
constexpr std::uintmax_t longest_key = 4096;

const std::string& url_of(const config::managed_identity& which)
{
    static const std::string usual = "http://127.0.0.1:40342/metadata/identity/oauth2/token";
    if (which.client_id)
        throw std::runtime_error{
            "managed_identity: machines of Azure Arc have no user-assigned identities; "
            "leave out client_id"};
    return which.where == config::managed_identity::host::azure_arc ? which.endpoint : usual;
}

}  // namespace

arc_identity_source::arc_identity_source(asio::io_context& loop, const config::managed_identity& which,
                                         const std::string& scope, std::string name, std::string key_folder)
    : name_{std::move(name)},
      key_folder_{std::move(key_folder)},
      agent_{loop, url_of(which), token_server::distance::host, "managed_identity"},
      target_{agent_.target_with("api-version=2020-06-01&resource=" +
                                 config::percent_encoded(resource_of(scope)))}
{}

asio::awaitable<result<access_token>> arc_identity_source::fetch()
{
    const token_request first{.target = target_, .headers = metadata, .form = {}};
    auto challenged = co_await agent_.ask(first);
    if (!challenged) co_return host_failure(challenged.error());
    if (challenged->status != 401) co_return read_token_answer(*challenged, token_issuer::host);

    const auto shown = answer_to(challenged->headers.find("www-authenticate"));
    if (!shown) co_return shown.error();
    const token_request second{.target = target_, .headers = shown->reveal(), .form = {}};
    auto answer = co_await agent_.ask(second);
    if (!answer) co_return host_failure(answer.error());
    co_return read_token_answer(*answer, token_issuer::host);
}

result<config::secret> arc_identity_source::answer_to(std::string_view challenge) const
{
    const auto file = arc_key_file(challenge, key_folder_);
    if (!file) return file.error();
    const auto cannot = [](std::string why) {
        return pipeline::failure{pipeline::errc::deployment_stopped, std::move(why)}.with_code(
            std::string{token_failure::unreadable});
    };
    std::error_code error;
    if (const auto size = std::filesystem::file_size(*file, error); error || size > longest_key)
        return cannot(
            "the file that the agent of Azure Arc names cannot be read, or is none of its keys; is "
            "this user a member of the group himds?");
    try {
        const auto key =
            config::read_secret({config::secret_reference::source::file, *file}, "the agent of Azure Arc");
        const auto basic = secret_header("Authorization", "Basic ", key, "the key of Azure Arc's agent");
        return joined_secret({metadata, basic.reveal()});
    } catch (const std::runtime_error& why) {
        return cannot(std::string{why.what()} + "; is this user a member of the group himds?");
    }
}

}  // namespace worker
