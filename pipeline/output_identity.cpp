#include "pipeline/output_identity.hpp"

namespace pipeline {

std::optional<std::string> output_identity::mismatch(const std::string& topic, const std::string& model,
                                                     std::size_t dimensions)
{
    auto& known = outputs_[topic];
    if (known.dimensions == 0) known.dimensions = dimensions;
    if (!model.empty() && !known.model.empty() && model != known.model)
        return "the service now answers with model " + model + ", but " + topic + " holds vectors of " +
               known.model + "; give the new model a topic of its own";
    if (dimensions != known.dimensions)
        return "a vector has " + std::to_string(dimensions) + " dimensions, but those in " + topic +
               " have " + std::to_string(known.dimensions) + "; set dimensions in the route's parameters";
    if (known.model.empty()) known.model = model;
    return std::nullopt;
}

}  // namespace pipeline
