#pragma once

#include <string_view>

#include "pipeline/job.hpp"

namespace pipeline {

/// The messages of a chat, or of the input of a response, while they are made one after another: one piece,
/// an array of objects with role and content.
class conversation {
public:
    void add(std::string_view role, std::string_view content);

    /// At least one message has been added.
    [[nodiscard]] piece take() &&;

private:
    piece made_;
};

}  // namespace pipeline
