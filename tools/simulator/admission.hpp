#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/simulator/call.hpp"
#include "tools/simulator/http_types.hpp"

namespace simulator {

/// What a request costs when it arrives, before the model has counted anything.
struct charge {
    std::string deployment;
    std::uint64_t inputs = 0;
    std::uint64_t tokens = 0;  ///< the service's estimate of the prompt, plus all that may be generated
};

/// What a call is charged with: a quarter of a token per byte and what it may generate, off by up to a
/// tenth either way. A real service's estimate differs from any client's too; how far is drawn from
/// `seed` and the inputs, so that the same request always costs the same.
[[nodiscard]] charge charge_of(const call& asked, std::string deployment, std::uint64_t seed);

/// Whether a deployment's quota lets a request in, and what its rate-limit headers say about that.
struct admission_verdict {
    header_list headers;                 ///< x-ratelimit-*, on the answer in either case
    std::optional<http_answer> refusal;  ///< the 429; absent where the request is let in
};

/// The service's quota rule. Bookkeeping only: the caller brings the time, so that one rule serves the
/// running simulator and simulations in virtual time.
class admission {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~admission() = default;
    [[nodiscard]] virtual admission_verdict admit(const charge& cost, time_point now) = 0;
};

/// Lets everything in.
class open_admission final : public admission {
public:
    [[nodiscard]] admission_verdict admit(const charge& cost, time_point now) override;
};

}  // namespace simulator
