#pragma once

#include <optional>
#include <string>
#include <variant>

#include "config/environment.hpp"
#include "config/identity.hpp"

namespace config {

/// What a configuration file says of an identity; what it leaves out is asked of the environment.
struct identity_members {
    std::optional<std::string> tenant;
    std::optional<std::string> client_id;
    std::optional<secret_reference> client_secret;
    std::optional<std::string> certificate;
    std::optional<secret_reference> certificate_password;
    std::optional<std::string> federated_token_file;
};

/// An identity, or what is missing for it.
using found_identity = std::variant<identity, std::string>;

/// What an identity from that one source would be. Variables are those of the Azure SDKs (AZURE_TENANT_ID,
/// AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PASSWORD,
/// AZURE_FEDERATED_TOKEN_FILE: https://learn.microsoft.com/dotnet/api/azure.identity.environmentcredential),
/// and those by which the hosts of managed identities make themselves known (IDENTITY_ENDPOINT,
/// IDENTITY_HEADER, IMDS_ENDPOINT, MSI_ENDPOINT, MSI_SECRET), in the order in which Microsoft's own
/// libraries look for them. A variable that is empty counts as not set. `which` is not `chain`.
[[nodiscard]] found_identity find_identity(identity_source which, const identity_members& said,
                                           const variable_lookup& variables);

/// Fills in what is tried and what is left out: environment, workload identity, managed identity, Azure CLI,
/// narrowed by AZURE_TOKEN_CREDENTIALS (prod, dev, or one credential's name), as DefaultAzureCredential does
/// (https://learn.microsoft.com/azure/developer/intro/authentication-overview).
void find_chain(const identity_members& said, const variable_lookup& variables, entra_id_settings& into);

}  // namespace config
