#pragma once

#include <boost/uuid/random_generator.hpp>

#include <chrono>
#include <memory>
#include <string_view>

#include "config/identity.hpp"
#include "config/secret.hpp"

namespace worker {

/// How an application proves to Entra ID that it is the one. What that needs is read each time, so that
/// secrets, certificates and tokens in files may be renewed under a running worker.
class client_proof {
public:
    virtual ~client_proof() = default;

    /// The fields of the form, encoded and with a & between them. `audience` is the URL that they are sent
    /// to. Throws std::runtime_error, which names what cannot be read and not what stands in it.
    [[nodiscard]] virtual config::secret fields(std::string_view audience, std::chrono::sys_seconds now) = 0;
};

/// `client_secret`.
class secret_proof final : public client_proof {
public:
    explicit secret_proof(config::client_secret_identity who) : who_{std::move(who)} {}
    [[nodiscard]] config::secret fields(std::string_view audience, std::chrono::sys_seconds now) override;

private:
    config::client_secret_identity who_;
};

/// `client_assertion`, signed with a certificate's key.
class certificate_proof final : public client_proof {
public:
    explicit certificate_proof(config::client_certificate_identity who) : who_{std::move(who)} {}
    [[nodiscard]] config::secret fields(std::string_view audience, std::chrono::sys_seconds now) override;

private:
    config::client_certificate_identity who_;
    boost::uuids::random_generator ids_;
};

/// `client_assertion`: the token of another issuer that Entra ID trusts
/// (https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
class federated_proof final : public client_proof {
public:
    explicit federated_proof(config::workload_identity who) : who_{std::move(who)} {}
    [[nodiscard]] config::secret fields(std::string_view audience, std::chrono::sys_seconds now) override;

private:
    config::workload_identity who_;
};

}  // namespace worker
