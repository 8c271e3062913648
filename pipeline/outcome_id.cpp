#include "pipeline/outcome_id.hpp"

namespace pipeline {

std::string outcome_id(const config::route_settings& route, const origin& from)
{
    constexpr std::size_t numbers = 32;
    std::string id;
    id.reserve(route.name.size() + from.topic.size() + numbers);
    id.append(route.name).append(1, '/').append(from.topic);
    id.append(1, '/').append(std::to_string(from.partition));
    id.append(1, '/').append(std::to_string(from.offset));
    return id;
}

}  // namespace pipeline
