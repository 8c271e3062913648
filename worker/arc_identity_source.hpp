#pragma once

#include <string>

#include "config/identity.hpp"
#include "worker/arc_challenge.hpp"
#include "worker/token_server.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// The agent that Azure Arc puts on machines elsewhere.
inline constexpr const char* arc_agent_program = "/opt/azcmagent/bin/himds";

/// The managed identity of a machine of Azure Arc. The agent answers the first request with 401 and the name
/// of a file that only those can read who may have tokens; the second request carries what stands in it
/// (https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication).
class arc_identity_source final : public token_source {
public:
    /// Throws std::runtime_error for a user-assigned identity, which agents do not have: some ignore that
    /// they are asked for one and give the machine's own.
    arc_identity_source(boost::asio::io_context& loop, const config::managed_identity& which,
                        const std::string& scope, std::string name,
                        std::string key_folder = std::string{arc_key_folder});

    boost::asio::awaitable<pipeline::result<access_token>> fetch() override;
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    /// What the challenge asks for, as header lines.
    [[nodiscard]] pipeline::result<config::secret> answer_to(std::string_view challenge) const;

    std::string name_;
    std::string key_folder_;
    token_server agent_;
    std::string target_;
};

}  // namespace worker
