#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/mill_rig.hpp"
#include "tools/reading/outcome_tally.hpp"

/// The smallest work that a mill can have: numbered texts, a vector for each.
namespace tests {

/// Records {"id": "job-N", "body": "text N"} for N from `first`, round the partitions, with the id as key.
[[nodiscard]] std::vector<kafka_record> numbered_records(int count, int partitions, int first = 0);
/// One of them with another text; `text` is JSON without its quotes.
[[nodiscard]] kafka_record numbered_record(int number, const std::string& text, int partition = 0);

/// The members "deployments" and "routes" of a configuration in which the route "work" reads such records
/// from ${RUN}-in and writes to ${RUN}-out and ${RUN}-dead. The arguments are further members of the
/// deployment and of the route, each with a comma at its end.
[[nodiscard]] std::string embedding_work(std::string_view deployment_members = {},
                                         std::string_view route_members = {});

/// The outcomes in the rig's topics "out" and "dead" beside the ids of so many numbered records.
[[nodiscard]] reading::outcome_tally tally_outcomes(const mill_rig& rig, int expected);

}  // namespace tests
