#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/timeline.hpp"
#include "worker/credential.hpp"
#include "worker/token_credential.hpp"

namespace worker {

/// Every credential of the process. Deployments that sign in alike share their tokens: the issuer is asked
/// once for all of them.
///
/// Lives on the loop's thread and outlives the credentials' coroutines.
class credentials {
public:
    credentials(boost::asio::io_context& loop, pipeline::timeline& time, pipeline::event_log& log)
        : loop_{loop}, time_{time}, log_{log}
    {}

    /// Lives as long as this. Reads keys, certificates and files now, and throws std::runtime_error that
    /// names what is missing.
    [[nodiscard]] credential& of(const config::deployment_settings& settings);

    /// Those that of() has made: each has to run.
    [[nodiscard]] std::vector<token_credential*> sign_ins() const;

private:
    struct sign_in {
        config::entra_id_settings settings;
        std::unique_ptr<token_credential> tokens;
    };
    [[nodiscard]] credential& sign_in_of(const config::entra_id_settings& settings,
                                         const std::string& deployment);

    boost::asio::io_context& loop_;
    pipeline::timeline& time_;
    pipeline::event_log& log_;
    std::vector<std::unique_ptr<credential>> others_;
    std::vector<sign_in> sign_ins_;
};

}  // namespace worker
