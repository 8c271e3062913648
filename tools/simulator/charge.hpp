#pragma once

#include <cstdint>
#include <string>

#include "tools/simulator/call.hpp"

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

}  // namespace simulator
