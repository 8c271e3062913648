#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace tests {

/// One cell of the table in docs/formats.md: a form in, an operation, a form out and an encoding.
struct form_cell {
    config::job_form in = config::job_form::record;
    config::operation asks = config::operation::embeddings;
    config::output_form out = config::output_form::result;
    config::vector_encoding encoding = config::vector_encoding::json;

    /// As the table and the subcases call it, without the operation: "record to result as float16".
    [[nodiscard]] std::string name() const;
    /// A configuration with one route "forms" of that kind, from the topic "in" to "out" and "dead".
    /// `parameters` is the JSON object of that name. Operations without vectors name an encoding only where
    /// it is another one than json, the default.
    [[nodiscard]] std::string configuration(const std::string& parameters = "{}") const;
};

/// All there are, of every word that a configuration knows.
[[nodiscard]] std::vector<form_cell> all_cells(config::operation asks);

}  // namespace tests
