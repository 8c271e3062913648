#include "config/identity.hpp"

#include "config/names.hpp"

namespace config {
namespace {

std::string_view described(managed_identity::host where)
{
    switch (where) {
        case managed_identity::host::machine: return "a virtual machine, or one of Azure Arc";
        case managed_identity::host::azure_arc: return "a machine of Azure Arc";
        case managed_identity::host::app_service: return "App Service or Container Apps";
        case managed_identity::host::azure_ml: return "Azure Machine Learning";
        case managed_identity::host::cloud_shell: return "Cloud Shell";
    }
    return {};
}

std::string described(const application& who)
{
    return " of application " + who.client_id + " in tenant " + who.tenant;
}

struct source_kind {
    identity_source operator()(const client_secret_identity&) const { return identity_source::client_secret; }
    identity_source operator()(const client_certificate_identity&) const
    {
        return identity_source::client_certificate;
    }
    identity_source operator()(const workload_identity&) const { return identity_source::workload_identity; }
    identity_source operator()(const managed_identity&) const { return identity_source::managed_identity; }
    identity_source operator()(const azure_cli_identity&) const { return identity_source::azure_cli; }
};

struct particulars {
    std::string operator()(const client_secret_identity& from) const { return described(from.who); }
    std::string operator()(const client_certificate_identity& from) const
    {
        return described(from.who) + ", from the file " + from.file;
    }
    std::string operator()(const workload_identity& from) const
    {
        return described(from.who) + ", from the file " + from.token_file;
    }
    std::string operator()(const managed_identity& from) const
    {
        return (from.client_id ? " " + *from.client_id : " assigned by the system") + " of " +
               std::string{described(from.where)};
    }
    std::string operator()(const azure_cli_identity& from) const
    {
        return from.tenant ? " in tenant " + *from.tenant : std::string{};
    }
};

}  // namespace

identity_source source_of(const identity& which) { return std::visit(source_kind{}, which); }

std::string described(const identity& which)
{
    return std::string{name_of(source_of(which))} + std::visit(particulars{}, which);
}

}  // namespace config
