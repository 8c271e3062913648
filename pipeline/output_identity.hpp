#pragma once

#include <map>
#include <optional>
#include <string>

namespace pipeline {

/// Which model and how many dimensions the vectors of each output topic have: those of the first answer.
/// Vectors of two models in one index cannot be compared, and nobody notices until the search is bad.
class output_identity {
public:
    /// What is wrong with publishing such a vector there; nothing where it fits, or is the first.
    /// A model that the service does not name is taken for the right one. `dimensions` is 0 where the topic
    /// takes vectors of any length.
    [[nodiscard]] std::optional<std::string> mismatch(const std::string& topic, const std::string& model,
                                                      std::size_t dimensions);

private:
    struct identity {
        std::string model;
        std::size_t dimensions = 0;
    };
    std::map<std::string, identity> outputs_;
};

}  // namespace pipeline
