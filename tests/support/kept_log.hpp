#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/event_log.hpp"

namespace tests {

/// Keeps what was logged, one line an event.
class kept_log final : public pipeline::event_log {
public:
    void write(config::log_level, std::string_view event,
               std::initializer_list<pipeline::event_field> fields) override
    {
        std::string line{event};
        for (const auto& each : fields)
            if (const auto* text = std::get_if<std::string>(&each.value)) line += " " + *text;
        lines.push_back(std::move(line));
    }
    [[nodiscard]] int count(std::string_view part) const
    {
        int found = 0;
        for (const auto& each : lines) found += each.find(part) != std::string::npos ? 1 : 0;
        return found;
    }
    std::vector<std::string> lines;
};

}  // namespace tests
