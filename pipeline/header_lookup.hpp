#pragma once

#include <algorithm>
#include <string_view>

#include "pipeline/record.hpp"

namespace pipeline {

/// The header of that name; the last one where it comes several times, as Kafka's own clients read it.
/// Null where there is none.
[[nodiscard]] inline const header* last_header(const record& source, std::string_view name)
{
    const auto found = std::find_if(source.headers.rbegin(), source.headers.rend(),
                                    [&](const header& each) { return each.name == name; });
    return found == source.headers.rend() ? nullptr : &*found;
}

}  // namespace pipeline
