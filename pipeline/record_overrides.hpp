#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/record.hpp"
#include "pipeline/request_parameters.hpp"

namespace pipeline {

/// The members of the request body that a record chooses by itself: a header batchmill-set-NAME carries the
/// JSON value of NAME, for the names that its route allows.
class record_overrides {
public:
    /// `allowed` must outlive it.
    explicit record_overrides(const std::vector<std::string>& allowed) : allowed_{&allowed} {}

    /// Each name once; of several headers of one name the last counts. Fails with "override_refused" for a
    /// name that is not allowed, and "malformed_override" for a value that is no JSON.
    [[nodiscard]] result<std::vector<request_parameter>> read(const record& source) const;

private:
    const std::vector<std::string>* allowed_;
};

}  // namespace pipeline
