#include "pipeline/outcome_id.hpp"

namespace pipeline {

std::string outcome_id(const config::route_settings& route, const origin& from)
{
    return route.name + '/' + from.topic + '/' + std::to_string(from.partition) + '/' +
           std::to_string(from.offset);
}

}  // namespace pipeline
