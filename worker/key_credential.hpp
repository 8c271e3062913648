#pragma once

#include <string>
#include <vector>

#include "config/secret.hpp"
#include "config/service_url.hpp"
#include "config/settings.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/timeline.hpp"
#include "worker/credential.hpp"

namespace worker {

/// The key of a deployment, or the two that Azure gives, so that either can be renewed while the other one
/// works.
///
/// A key in a file is read again every few seconds, and at once where the service refuses it, so that it can
/// be changed under a running worker. Where the service refuses a key that has not changed, the other one is
/// shown from then on; where that is refused too, the first again. A file that cannot be read for a while
/// changes nothing.
///
/// Lives on the loop's thread and outlives its coroutines.
class key_credential final : public credential {
public:
    /// Of a deployment with `auth.api_key`. Throws std::runtime_error that names a key which cannot be read,
    /// or which a header cannot carry.
    key_credential(pipeline::timeline& time, pipeline::event_log& log,
                   const config::deployment_settings& settings);

    boost::asio::awaitable<pipeline::result<shown>> show(config::time_point by) override;
    boost::asio::awaitable<bool> replace(std::uint64_t refused, config::time_point by) override;

private:
    struct key {
        config::secret_reference from;
        config::secret line;  // of the header
        bool is_unreadable = false;
    };
    [[nodiscard]] config::secret read(const config::secret_reference& from) const;
    /// Takes what has changed in files.
    void look_again();
    void look_again(key& which);

    pipeline::timeline& time_;
    pipeline::event_log& log_;
    std::string deployment_;
    config::credential_header header_;
    std::vector<key> keys_;  // one or two
    std::size_t shown_ = 0;
    std::uint64_t version_ = 1;
    config::time_point looked_at_;
};

}  // namespace worker
