#include "pipeline/gate.hpp"

namespace pipeline {

std::string_view name_of(gate_reason why) noexcept
{
    switch (why) {
        case gate_reason::open: return "open";
        case gate_reason::quota: return "waiting for quota";
        case gate_reason::slots: return "all calls in flight";
        case gate_reason::throttled: return "throttled by the service";
        case gate_reason::outage: return "service failing";
        case gate_reason::stopped: return "stopped";
    }
    return "unknown";
}

}  // namespace pipeline
