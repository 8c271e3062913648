#pragma once

#include <memory>
#include <optional>
#include <string>

#include "worker/client_proof.hpp"
#include "worker/token_server.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// What is asked for by the client credentials grant, but for the proof.
struct token_grant {
    std::string url;  ///< of the token endpoint
    std::string client_id;
    std::string scope;                   ///< may be empty
    std::optional<std::string> ca_file;  ///< PEM bundle for the endpoint, used instead of the system's
    std::optional<config::proxy_settings> proxy = {};
};

/// Signs an application in, at Entra ID or another issuer, by the client credentials grant (RFC 6749
/// section 4.4, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
class application_source final : public token_source {
public:
    /// Reads what the proof needs once, and throws std::runtime_error where it cannot.
    application_source(boost::asio::io_context& loop, const token_grant& grant, std::string name,
                       std::unique_ptr<client_proof> proof);

    boost::asio::awaitable<pipeline::result<access_token>> fetch() override;
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    /// The whole form; fails where the proof cannot be made.
    [[nodiscard]] pipeline::result<config::secret> write_form();

    std::string name_;
    std::unique_ptr<client_proof> proof_;
    std::string url_;
    token_server authority_;
    std::string target_;
    std::string fields_;  // all of the form that is no secret
};

}  // namespace worker
