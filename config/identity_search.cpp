#include "config/identity_search.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "config/names.hpp"

namespace config {
namespace {

using text = std::optional<std::string>;

/// Collects an identity's parts, and the names of those that are nowhere.
class part_list {
public:
    explicit part_list(const variable_lookup& variables) : variables_{&variables} {}

    [[nodiscard]] text variable(const std::string& name) const
    {
        auto value = (*variables_)(name);
        return value && value->empty() ? std::nullopt : value;
    }
    std::string require(const text& said, const std::string& member, const std::string& name)
    {
        if (said) return *said;
        if (auto value = variable(name)) return *std::move(value);
        misses(member, name);
        return {};
    }
    std::optional<secret_reference> secret(const std::optional<secret_reference>& said,
                                           const std::string& name) const
    {
        if (said) return said;
        if (!variable(name)) return std::nullopt;
        return secret_reference{secret_reference::source::environment, name};
    }
    void misses(const std::string& member, const std::string& name)
    {
        missing_ +=
            (missing_.empty() ? "needs \"" : " and \"") + member + "\" (or the variable " + name + ')';
    }
    application who(const identity_members& said)
    {
        return {require(said.tenant, "tenant", "AZURE_TENANT_ID"),
                require(said.client_id, "client_id", "AZURE_CLIENT_ID")};
    }
    [[nodiscard]] found_identity whole(identity made) const
    {
        if (!missing_.empty()) return missing_;
        return made;
    }

private:
    const variable_lookup* variables_;
    std::string missing_;
};

found_identity find_client_secret(const identity_members& said, const variable_lookup& variables)
{
    part_list parts{variables};
    client_secret_identity made{parts.who(said), {}};
    if (const auto secret = parts.secret(said.client_secret, "AZURE_CLIENT_SECRET"))
        made.secret = *secret;
    else
        parts.misses("client_secret", "AZURE_CLIENT_SECRET");
    return parts.whole(std::move(made));
}

found_identity find_client_certificate(const identity_members& said, const variable_lookup& variables)
{
    part_list parts{variables};
    client_certificate_identity made{parts.who(said), {}, {}};
    made.file = parts.require(said.certificate, "certificate", "AZURE_CLIENT_CERTIFICATE_PATH");
    made.password = parts.secret(said.certificate_password, "AZURE_CLIENT_CERTIFICATE_PASSWORD");
    return parts.whole(std::move(made));
}

found_identity find_workload_identity(const identity_members& said, const variable_lookup& variables)
{
    part_list parts{variables};
    workload_identity made{parts.who(said), {}};
    made.token_file =
        parts.require(said.federated_token_file, "federated_token_file", "AZURE_FEDERATED_TOKEN_FILE");
    return parts.whole(std::move(made));
}

/// The order is that of Microsoft's MSAL libraries (getSource of
/// AzureAD/microsoft-authentication-library-for-go, apps/managedidentity).
found_identity find_managed_identity(const identity_members& said, const variable_lookup& variables)
{
    using host = managed_identity::host;
    const part_list parts{variables};
    const auto shown = [](std::string name) {
        return secret_reference{secret_reference::source::environment, std::move(name)};
    };
    const auto endpoint = parts.variable("IDENTITY_ENDPOINT");
    if (endpoint && parts.variable("IDENTITY_HEADER")) {
        if (parts.variable("IDENTITY_SERVER_THUMBPRINT"))
            return "the managed identities of Service Fabric are not supported";
        return managed_identity{host::app_service, *endpoint, shown("IDENTITY_HEADER"), said.client_id};
    }
    if (const auto older = parts.variable("MSI_ENDPOINT")) {
        if (parts.variable("MSI_SECRET"))
            return managed_identity{host::azure_ml, *older, shown("MSI_SECRET"), said.client_id};
        if (said.client_id) return "Cloud Shell has no user-assigned identities: leave out \"client_id\"";
        return managed_identity{host::cloud_shell, *older, {}, {}};
    }
    if (endpoint && parts.variable("IMDS_ENDPOINT"))
        return managed_identity{host::azure_arc, *endpoint, {}, said.client_id};
    const auto moved = parts.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST");
    return managed_identity{host::machine, moved.value_or(std::string{}), {}, said.client_id};
}

std::string small_letters(std::string from)
{
    std::ranges::transform(from, from.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return from;
}

struct link {
    identity_source source;
    std::string_view group;       ///< of AZURE_TOKEN_CREDENTIALS
    std::string_view credential;  ///< its name there, in small letters
};

constexpr std::array chain{
    link{identity_source::client_secret, "prod", "environmentcredential"},
    link{identity_source::client_certificate, "prod", "environmentcredential"},
    link{identity_source::workload_identity, "prod", "workloadidentitycredential"},
    link{identity_source::managed_identity, "prod", "managedidentitycredential"},
    link{identity_source::azure_cli, "dev", "azureclicredential"},
};

}  // namespace

found_identity find_identity(identity_source which, const identity_members& said,
                             const variable_lookup& variables)
{
    switch (which) {
        case identity_source::client_secret: return find_client_secret(said, variables);
        case identity_source::client_certificate: return find_client_certificate(said, variables);
        case identity_source::workload_identity: return find_workload_identity(said, variables);
        case identity_source::managed_identity: return find_managed_identity(said, variables);
        case identity_source::azure_cli: return azure_cli_identity{said.tenant};
        case identity_source::chain: break;
    }
    throw std::logic_error{"a chain of identities is not one identity"};
}

void find_chain(const identity_members& said, const variable_lookup& variables, entra_id_settings& into)
{
    const part_list parts{variables};
    const auto narrowed = small_letters(parts.variable("AZURE_TOKEN_CREDENTIALS").value_or(""));
    for (const auto& each : chain) {
        const auto leave_out = [&](const std::string& why) {
            into.left_out.push_back(std::string{name_of(each.source)} + ": " + why);
        };
        if (!narrowed.empty() && narrowed != each.group && narrowed != each.credential) {
            leave_out("AZURE_TOKEN_CREDENTIALS asks for others");
            continue;
        }
        auto asked = said;
        // In the chain the variable also names a user-assigned identity, as it does in the SDKs.
        if (!asked.client_id) asked.client_id = parts.variable("AZURE_CLIENT_ID");
        auto found = find_identity(each.source, asked, variables);
        if (auto* usable = std::get_if<identity>(&found))
            into.identities.push_back(std::move(*usable));
        else
            leave_out(std::get<std::string>(found));
    }
}

}  // namespace config
