#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/header_list.hpp"

namespace tests {

/// The headers of a message as those of a record.
inline std::vector<pipeline::header> copy_of(const pipeline::header_list& from)
{
    std::vector<pipeline::header> copied;
    for (const auto& [name, value] : from)
        copied.push_back({std::string{name}, value ? std::optional<std::string>{*value} : std::nullopt});
    return copied;
}

inline pipeline::header_list list_of(const std::vector<pipeline::header>& from)
{
    pipeline::header_list made;
    for (const auto& each : from) made.add(each);
    return made;
}

}  // namespace tests
