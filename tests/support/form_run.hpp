#pragma once

#include <string>
#include <vector>

#include "tests/support/flow_rig.hpp"

namespace tests {

/// The flow between configuration text, record and message: everything of it is real but Kafka, HTTP and
/// the time. Requests are written and answers read as on the wire. The one route is called "forms".
class form_run : public flow_rig {
public:
    /// Fails the test where the configuration has a problem.
    explicit form_run(const std::string& configuration);

    /// Every request is answered with this body, under the request id "request-1".
    void answer_with(std::string body);
    /// Every request is refused with this.
    void refuse_with(const pipeline::failure& why);

    /// One record of the topic "in" with the key "key" and two headers, worked off to its end.
    void take(std::optional<std::string> value, std::vector<pipeline::header> further_headers = {});

    /// Name and value of each header, one a line and sorted, with TIME in the place of a time.
    [[nodiscard]] static std::string headers_of(const pipeline::message& published);
    /// The value, with TIME in the place of each time of this run.
    [[nodiscard]] static std::string value_of(const pipeline::message& published);

    std::vector<std::string> requests;  ///< the bodies

private:
    std::string model_;
};

/// The lines in their order.
[[nodiscard]] std::string sorted_lines(std::vector<std::string> lines);

/// Appends what was published to published.jsonl in the folder that BATCHMILL_PUBLISHED names, for
/// tests/schema; does nothing where it names none. `form` is the word of the output's form.
void keep_for_schemas(const std::string& test, std::string_view operation, std::string_view form,
                      const std::vector<pipeline::outcome>& published);

}  // namespace tests
