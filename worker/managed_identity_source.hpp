#pragma once

#include <optional>
#include <string>

#include "config/identity.hpp"
#include "worker/token_server.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// The managed identity of what the worker runs in: the metadata service of virtual machines (IMDS), App
/// Service, Functions and Container Apps, Azure Machine Learning, Cloud Shell. They differ in a few words
/// (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token,
/// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference). Azure
/// Arc asks for a proof in return and has a class of its own, arc_identity_source.
class managed_identity_source final : public token_source {
public:
    /// Throws std::runtime_error where the host's endpoint is no URL, or what it wants to be shown cannot be
    /// read.
    managed_identity_source(boost::asio::io_context& loop, const config::managed_identity& which,
                            const std::string& scope, std::string name);

    boost::asio::awaitable<pipeline::result<access_token>> fetch() override;
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    std::string name_;
    token_server host_;
    config::secret headers_;
    std::string target_;
    std::string form_;
};

/// What a token of a managed identity is for: the scope without the suffix that only applications have
/// (https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope).
[[nodiscard]] std::string resource_of(std::string_view scope);

/// The failure of a request to a host that may not be there.
[[nodiscard]] pipeline::failure host_failure(pipeline::failure why);

}  // namespace worker
