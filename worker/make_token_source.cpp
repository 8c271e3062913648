#include "worker/make_token_source.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/names.hpp"
#include "config/percent_encoding.hpp"
#include "worker/application_source.hpp"
#include "worker/arc_identity_source.hpp"
#include "worker/cli_identity_source.hpp"
#include "worker/identity_chain.hpp"
#include "worker/managed_identity_source.hpp"

namespace worker {

namespace asio = boost::asio;

namespace {

bool is_of_arc(const config::managed_identity& which)
{
    using host = config::managed_identity::host;
    if (which.where != host::machine) return which.where == host::azure_arc;
    std::error_code unreadable;
    return which.endpoint.empty() && std::filesystem::exists(arc_agent_program, unreadable);
}

/// Makes the source of one identity.
class source_of_identity {
public:
    source_of_identity(asio::io_context& loop, const config::entra_id_settings& settings, std::string name)
        : loop_{loop}, settings_{settings}, name_{std::move(name)}
    {}

    std::unique_ptr<token_source> operator()(const config::client_secret_identity& which) const
    {
        return application(which.who, std::make_unique<secret_proof>(which));
    }
    std::unique_ptr<token_source> operator()(const config::client_certificate_identity& which) const
    {
        return application(which.who, std::make_unique<certificate_proof>(which));
    }
    std::unique_ptr<token_source> operator()(const config::workload_identity& which) const
    {
        return application(which.who, std::make_unique<federated_proof>(which));
    }
    std::unique_ptr<token_source> operator()(const config::managed_identity& which) const
    {
        if (is_of_arc(which))
            return std::make_unique<arc_identity_source>(loop_, which, settings_.scope, name_);
        return std::make_unique<managed_identity_source>(loop_, which, settings_.scope, name_);
    }
    std::unique_ptr<token_source> operator()(const config::azure_cli_identity& which) const
    {
        return std::make_unique<cli_identity_source>(loop_, which, settings_.scope, name_);
    }

private:
    [[nodiscard]] std::unique_ptr<token_source> application(const config::application& who,
                                                            std::unique_ptr<client_proof> proof) const
    {
        const token_grant grant{
            settings_.authority + '/' + config::percent_encoded(who.tenant) + "/oauth2/v2.0/token",
            who.client_id, settings_.scope, settings_.ca_file, settings_.proxy};
        return std::make_unique<application_source>(loop_, grant, name_, std::move(proof));
    }

    asio::io_context& loop_;
    const config::entra_id_settings& settings_;
    std::string name_;
};

std::unique_ptr<token_source> make_one(asio::io_context& loop, const config::entra_id_settings& settings,
                                       const config::identity& which)
{
    return std::visit(source_of_identity{loop, settings, config::described(which)}, which);
}

}  // namespace

std::unique_ptr<token_source> make_token_source(asio::io_context& loop,
                                                const config::entra_id_settings& settings,
                                                pipeline::event_log& log)
{
    if (settings.source != config::identity_source::chain)
        return make_one(loop, settings, settings.identities.at(0));

    std::vector<std::unique_ptr<token_source>> sources;
    auto left_out = settings.left_out;
    for (const auto& each : settings.identities) {
        try {
            sources.push_back(make_one(loop, settings, each));
        } catch (const std::runtime_error& why) {
            left_out.push_back(std::string{config::name_of(config::source_of(each))} + ": " + why.what());
        }
    }
    if (sources.empty()) throw std::runtime_error{no_identity_left(left_out)};
    return std::make_unique<identity_chain>(std::move(sources), std::move(left_out), log);
}

std::unique_ptr<token_source> make_token_source(asio::io_context& loop,
                                                const config::oauth_settings& settings)
{
    const token_grant grant{settings.token_url, settings.client_id, settings.scope.value_or(""),
                            settings.ca_file, settings.proxy};
    auto proof = std::make_unique<secret_proof>(
        config::client_secret_identity{{{}, settings.client_id}, settings.client_secret});
    return std::make_unique<application_source>(loop, grant, "client_credentials of " + settings.client_id,
                                                std::move(proof));
}

}  // namespace worker
