#include "config/identity_search.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "config/names.hpp"
#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

using config::identity_source;
using host = config::managed_identity::host;
using source = config::secret_reference::source;

using variables = std::map<std::string, std::string, std::less<>>;

config::variable_lookup lookup(const variables& in)
{
    return [&in](std::string_view name) -> std::optional<std::string> {
        const auto found = in.find(name);
        return found == in.end() ? std::nullopt : std::optional{found->second};
    };
}

config::found_identity find(identity_source which, const variables& in,
                            const config::identity_members& said = {})
{
    return config::find_identity(which, said, lookup(in));
}

config::entra_id_settings chain(const variables& in, const config::identity_members& said = {})
{
    config::entra_id_settings made;
    config::find_chain(said, lookup(in), made);
    return made;
}

std::string sources_of(const config::entra_id_settings& made)
{
    std::string text;
    for (const auto& each : made.identities) text += std::string{name_of(config::source_of(each))} + ' ';
    return text;
}

template <class Identity>
Identity as(const config::found_identity& found)
{
    REQUIRE(std::holds_alternative<config::identity>(found));
    return std::get<Identity>(std::get<config::identity>(found));
}

const variables application{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}};
variables with(variables more)
{
    more.insert(application.begin(), application.end());
    return more;
}

}  // namespace

TEST_CASE("what a file leaves out comes from the variables of the Azure SDKs")
{
    const config::application who{"t", "c"};
    CHECK(as<config::client_secret_identity>(
              find(identity_source::client_secret, with({{"AZURE_CLIENT_SECRET", "s3cret"}}))) ==
          config::client_secret_identity{who, {source::environment, "AZURE_CLIENT_SECRET"}});
    CHECK(as<config::client_certificate_identity>(find(identity_source::client_certificate,
                                                       with({{"AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem"},
                                                             {"AZURE_CLIENT_CERTIFICATE_PASSWORD", "p"}}))) ==
          config::client_certificate_identity{
              who, "/c.pem",
              config::secret_reference{source::environment, "AZURE_CLIENT_CERTIFICATE_PASSWORD"}});
    CHECK(as<config::workload_identity>(
              find(identity_source::workload_identity, with({{"AZURE_FEDERATED_TOKEN_FILE", "/t"}}))) ==
          config::workload_identity{who, "/t"});
}

TEST_CASE("what a file says wins over variables, and an empty variable is none")
{
    config::identity_members said;
    said.tenant = "mine";
    said.federated_token_file = "/mine";
    CHECK(as<config::workload_identity>(
              find(identity_source::workload_identity, with({{"AZURE_FEDERATED_TOKEN_FILE", "/t"}}), said)) ==
          config::workload_identity{{"mine", "c"}, "/mine"});
    CHECK(std::get<std::string>(find(identity_source::client_secret, with({{"AZURE_CLIENT_SECRET", ""}}))) ==
          "needs \"client_secret\" (or the variable AZURE_CLIENT_SECRET)");
}

TEST_CASE("the host of a managed identity makes itself known by its variables")
{
    const auto found = [](const variables& in) {
        return as<config::managed_identity>(find(identity_source::managed_identity, in));
    };
    const variables app{{"IDENTITY_ENDPOINT", "http://a"}, {"IDENTITY_HEADER", "h"}};
    CHECK(found(app) ==
          config::managed_identity{host::app_service,
                                   "http://a",
                                   config::secret_reference{source::environment, "IDENTITY_HEADER"},
                                   {}});
    CHECK(found({{"MSI_ENDPOINT", "http://m"}, {"MSI_SECRET", "s"}}) ==
          config::managed_identity{
              host::azure_ml, "http://m", config::secret_reference{source::environment, "MSI_SECRET"}, {}});
    CHECK(found({{"MSI_ENDPOINT", "http://m"}}) ==
          config::managed_identity{host::cloud_shell, "http://m", {}, {}});
    CHECK(found({{"IDENTITY_ENDPOINT", "http://i"}, {"IMDS_ENDPOINT", "http://d"}}) ==
          config::managed_identity{host::azure_arc, "http://i", {}, {}});
    CHECK(found({}) == config::managed_identity{});
    CHECK(found({{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://p"}}).endpoint == "http://p");

    auto fabric = app;
    fabric["IDENTITY_SERVER_THUMBPRINT"] = "x";
    CHECK(std::get<std::string>(find(identity_source::managed_identity, fabric)).find("Service Fabric") !=
          std::string::npos);
}

TEST_CASE("the variable of an application names no user-assigned identity, but in the chain it does")
{
    CHECK_FALSE(as<config::managed_identity>(find(identity_source::managed_identity, application))
                    .client_id.has_value());
    const auto made = chain(application);
    CHECK(std::get<config::managed_identity>(made.identities.at(0)).client_id == "c");
}

TEST_CASE("the chain is the environment, workload identity, managed identity and Azure CLI")
{
    CHECK(sources_of(chain(with({{"AZURE_CLIENT_SECRET", "s"},
                                 {"AZURE_CLIENT_CERTIFICATE_PATH", "/c"},
                                 {"AZURE_FEDERATED_TOKEN_FILE", "/t"}}))) ==
          "client_secret client_certificate workload_identity managed_identity azure_cli ");
    const auto bare = chain({});
    CHECK(sources_of(bare) == "managed_identity azure_cli ");
    REQUIRE(bare.left_out.size() == 3);
    CHECK(bare.left_out[2] ==
          "workload_identity: needs \"tenant\" (or the variable AZURE_TENANT_ID) and \"client_id\" (or the "
          "variable "
          "AZURE_CLIENT_ID) and \"federated_token_file\" (or the variable AZURE_FEDERATED_TOKEN_FILE)");
}

TEST_CASE("AZURE_TOKEN_CREDENTIALS narrows the chain, to a group or to one credential in any case")
{
    const auto narrowed = [](const std::string& to) {
        return sources_of(chain(with({{"AZURE_CLIENT_SECRET", "s"}, {"AZURE_TOKEN_CREDENTIALS", to}})));
    };
    CHECK(narrowed("prod") == "client_secret managed_identity ");
    CHECK(narrowed("dev") == "azure_cli ");
    CHECK(narrowed("ManagedIdentityCredential") == "managed_identity ");
    CHECK(narrowed("environmentcredential") == "client_secret ");
    CHECK(narrowed("nonsense").empty());
}

TEST_CASE("an authority comes from its variable, without the slash that Kubernetes puts behind it")
{
    const auto text =
        changed(R"("deployment": "emb",)", R"("deployment": "emb", "auth": { "entra_id": {} },)");
    const auto load_with = [&](const std::string& host) {
        const variables in{{"AZURE_AUTHORITY_HOST", host}};
        return config::load(text, "file.json", lookup(in));
    };
    const auto good = load_with("https://login.microsoftonline.us/");
    REQUIRE(std::holds_alternative<config::settings>(good));
    CHECK(std::get<config::settings>(good).deployments[0].auth.entra_id->authority ==
          "https://login.microsoftonline.us");

    const auto bad = load_with("http://login.example/");
    REQUIRE(std::holds_alternative<std::vector<config::problem>>(bad));
    CHECK(config::to_string(std::get<std::vector<config::problem>>(bad).at(0)).find("AZURE_AUTHORITY_HOST") !=
          std::string::npos);
}

}  // namespace tests
