#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
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

    /// Where the tokens for the brokers come from; null where none are shown. As above.
    [[nodiscard]] token_credential* of(const config::kafka_settings& settings);

    /// Those that of() has made: each has to run.
    [[nodiscard]] std::vector<token_credential*> sign_ins() const;

private:
    struct sign_in {
        std::optional<config::entra_id_settings> shared_by;  ///< those who sign in just so
        std::unique_ptr<token_credential> tokens;
    };
    /// `whose` is what people are told where it cannot be made.
    [[nodiscard]] token_credential& sign_in_of(const config::entra_id_settings& settings,
                                               const std::string& whose);
    [[nodiscard]] token_credential& add(std::unique_ptr<token_source> source,
                                        std::optional<config::entra_id_settings> shared_by);

    boost::asio::io_context& loop_;
    pipeline::timeline& time_;
    pipeline::event_log& log_;
    std::vector<std::unique_ptr<credential>> others_;
    std::vector<sign_in> sign_ins_;
};

}  // namespace worker
