#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/proxy.hpp"
#include "config/secret.hpp"

/// Who a deployment's calls come from, where Microsoft Entra ID says so instead of a key.
namespace config {

/// How the worker gets its tokens from Entra ID.
enum class identity_source {
    chain,  ///< the first of the others that works, in the order of the Azure SDKs' DefaultAzureCredential
    client_secret,
    client_certificate,
    workload_identity,  ///< a token that Kubernetes, or another issuer that Entra ID trusts, puts into a file
    managed_identity,  ///< of the virtual machine, the App Service, the Container App, … that the worker runs
                       ///< in
    azure_cli          ///< whoever has signed in with `az login`, for developers
};

/// An application's registration in one directory.
struct application {
    std::string tenant;     ///< the directory: its id or one of its domains
    std::string client_id;  ///< "application id" in the portal

    bool operator==(const application&) const = default;
};

struct client_secret_identity {
    application who;
    secret_reference secret;

    bool operator==(const client_secret_identity&) const = default;
};

struct client_certificate_identity {
    application who;
    std::string file;  ///< PEM with the private key and its certificate, or PKCS#12
    std::optional<secret_reference> password;

    bool operator==(const client_certificate_identity&) const = default;
};

struct workload_identity {
    application who;
    std::string token_file;  ///< rotated by whoever issues the token, and so read for each sign-in

    bool operator==(const workload_identity&) const = default;
};

struct managed_identity {
    /// What the worker runs in; each hands out tokens in a way of its own.
    enum class host {
        machine,      ///< a virtual machine, or one of Azure Arc's with its usual agent
        azure_arc,    ///< one of Azure Arc's whose agent says where it listens
        app_service,  ///< App Service, Functions, Container Apps
        azure_ml,
        cloud_shell
    };
    host where = host::machine;
    std::string endpoint;  ///< URL of the host's token endpoint; empty for `machine`: its own
    std::optional<secret_reference> header;  ///< what the host's endpoint wants to be shown
    /// Of a user-assigned identity. Absent: the one that the system has assigned.
    std::optional<std::string> client_id;

    bool operator==(const managed_identity&) const = default;
};

struct azure_cli_identity {
    std::optional<std::string> tenant;  ///< absent: that of the subscription which `az` has as its default

    bool operator==(const azure_cli_identity&) const = default;
};

using identity = std::variant<client_secret_identity, client_certificate_identity, workload_identity,
                              managed_identity, azure_cli_identity>;

[[nodiscard]] identity_source source_of(const identity& which);

/// In one line, without secrets: "client_secret of application 1234 in contoso.com".
[[nodiscard]] std::string described(const identity& which);

/// A sign-in at Entra ID. Deployments with equal ones share their tokens.
struct entra_id_settings {
    identity_source source = identity_source::chain;
    std::string authority = "https://login.microsoftonline.com";  ///< no trailing slash
    std::string scope = "https://cognitiveservices.azure.com/.default";
    std::optional<std::string> ca_file;  ///< PEM bundle for the authority, used instead of the system's
    /// Worked out by the loader. Absent: the authority is reached directly, as hosts of managed identities
    /// always are.
    std::optional<proxy_settings> proxy;
    /// Worked out by the loader: tried in this order until one signs in. One, but for `chain`.
    std::vector<identity> identities;
    /// `chain` only: what is not tried, and why not, for people.
    std::vector<std::string> left_out;

    bool operator==(const entra_id_settings&) const = default;
};

}  // namespace config
