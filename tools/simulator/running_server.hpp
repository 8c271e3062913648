#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/account.hpp"
#include "tools/simulator/fault.hpp"
#include "tools/simulator/http_types.hpp"
#include "tools/simulator/options.hpp"

namespace simulator {

/// A simulator that runs for as long as the object lives, on a thread of its own. Everything here may be
/// called from any thread.
class running_server {
public:
    /// Listens when it returns. Throws std::exception where the address is taken, a PEM text is wrong,
    /// or the journal cannot be written.
    explicit running_server(options settings = {});
    /// Ends every connection, whatever state it is in.
    ~running_server();
    running_server(const running_server&) = delete;
    running_server& operator=(const running_server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Such as `http://127.0.0.1:40123`, without a slash at the end.
    [[nodiscard]] std::string base_url() const;

    /// Holds every answer that a client has read whole.
    [[nodiscard]] simulator::account& account();

    /// Replaces the fault rules for requests that come from now on. The JSON is that of a faults file;
    /// throws std::invalid_argument where it is wrong.
    void set_faults(std::vector<fault_rule> rules);
    void set_faults(std::string_view json);

    /// Other limits from now on, for every deployment.
    void set_quota(const quota_limits& limits);
    /// What the quota of each deployment has come to.
    [[nodiscard]] std::map<std::string, quota_count> quota_counts();

    /// The newest requests, oldest first, as many as options::kept_requests allows.
    [[nodiscard]] std::vector<http_request> requests() const;

private:
    class listener;
    std::unique_ptr<listener> listener_;
};

}  // namespace simulator
