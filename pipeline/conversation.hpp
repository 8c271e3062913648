#pragma once

#include <string>
#include <string_view>

#include "pipeline/job.hpp"
#include "pipeline/made_text.hpp"

namespace pipeline {

/// The messages of a chat, or of the input of a response, while they are made one after another: one piece,
/// an array of objects with role and content. What may be cut of it is the longest text that the record put
/// into any of them.
class conversation {
public:
    void add(std::string_view role, const made_text& content);

    /// At least one message has been added.
    [[nodiscard]] piece take() &&;

private:
    std::string json_;
    piece made_;  ///< all but its JSON
};

}  // namespace pipeline
