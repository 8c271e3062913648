#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "config/load.hpp"
#include "config/plan.hpp"

/// Whatever the bytes are, loading ends in settings that can be shown, or in problems with a place and a
/// message; it never throws.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto variables = [](std::string_view name) -> std::optional<std::string> {
        if (name.size() > 4) return std::nullopt;
        return std::string{name};
    };
    const auto result = config::load(text, "fuzz", variables);
    if (const auto* made = std::get_if<config::settings>(&result)) {
        if (config::plan_text(*made).empty()) std::abort();
        return 0;
    }
    const auto& problems = std::get<std::vector<config::problem>>(result);
    if (problems.empty()) std::abort();
    for (const auto& each : problems)
        if (each.message.empty() || config::to_string(each).find('\n') != std::string::npos) std::abort();
    return 0;
}
