#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "tools/simulator/call.hpp"
#include "tools/simulator/fault.hpp"

namespace simulator {

/// Decides what goes wrong with a request.
class fault_script {
public:
    /// Puts other rules in the place of those in force; counting starts anew. From any thread.
    void set(std::vector<fault_rule> rules);

    /// What the first rule that applies says. Every rule counts every request that it is for.
    struct verdict {
        fault then;
        std::size_t target = 0;  ///< the input that the rule looked for; the first where it looked for none
    };
    [[nodiscard]] std::optional<verdict> judge(operation asks, std::string_view deployment,
                                               const call& asked);

private:
    struct counted_rule {
        fault_rule rule;
        std::uint64_t seen = 0;
    };

    std::mutex mutex_;
    std::vector<counted_rule> rules_;
};

}  // namespace simulator
