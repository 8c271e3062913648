#pragma once

#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

#include "config/identity.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// Whoever has signed in with `az login` on this machine, for developers: asks
/// `az account get-access-token` (https://learn.microsoft.com/cli/azure/account#az-account-get-access-token).
class cli_identity_source final : public token_source {
public:
    cli_identity_source(boost::asio::io_context& loop, const config::azure_cli_identity& which,
                        const std::string& scope, std::string name);

    boost::asio::awaitable<pipeline::result<access_token>> fetch() override;
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    boost::asio::io_context& loop_;
    std::string name_;
    std::vector<std::string> command_;
};

}  // namespace worker
