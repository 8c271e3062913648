#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/simulator/quota.hpp"

namespace simulator {

/// A deployment that exists.
struct deployment {
    std::string name{};
    std::string model{};  ///< empty: named as the deployment
};

/// How the simulator behaves. Every member has an initialiser, so that designated ones may leave it out. The
/// defaults take every key and every deployment and answer at once.
struct options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one

    std::string profile{};                  ///< the family of servers to stand in for (profile.hpp)
    std::string api_key{};                  ///< empty: requests need none
    std::vector<deployment> deployments{};  ///< empty: every name exists and is its own model
    std::size_t max_inputs = 2048;          ///< in one embeddings or completions request

    quota_limits quota{};   ///< of each deployment
    quota_rule counting{};  ///< how it is counted

    std::chrono::nanoseconds latency{0};  ///< before every 200 of an operation
    std::chrono::nanoseconds jitter{0};   ///< drawn evenly from [0, jitter] and added
    std::size_t places = 0;               ///< worked on at once, the others wait in line; 0: all
    std::uint64_t seed = 1;               ///< of jitter, the error of charges, and the other tenant

    /// PEM texts; both or none. With them the simulator speaks TLS only.
    std::string tls_certificate{};
    std::string tls_key{};

    std::string journal{};  ///< a file that gets a line for every call (journal.hpp); empty: none

    std::size_t kept_requests = 0;  ///< the newest so many requests are kept for tests to look at
};

}  // namespace simulator
