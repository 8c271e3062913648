#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "pipeline/failure.hpp"
#include "pipeline/latch.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/record.hpp"
#include "pipeline/reply.hpp"

namespace pipeline {

class deployment;
class lane;
class route;
struct inquiry;

/// A text that was cut because the model takes no longer one.
struct shortened_text {
    piece kept;
    std::size_t noted_at = 0;  ///< among provenance::truncated
    int refusals = 0;          ///< how often the service found it too long before
};

/// One piece on its way through grouping and calls: the unit that is grouped.
/// Lives in its inquiry; is in one place at a time: waiting in a lane, held by a refusal, or in a call.
struct part : boost::intrusive::list_base_hook<> {
    inquiry* asked_by = nullptr;
    std::size_t index = 0;       ///< of the piece within the question
    config::tokens cost;         ///< what the quota is charged with
    std::size_t bytes = 0;       ///< of the request body
    std::size_t text_bytes = 0;  ///< of the text, and of what the model reads beside it
    /// The most parts that a batch with this one may have; halved by each failure that size can explain.
    std::size_t largest_batch = SIZE_MAX;
    /// Failed attempts that count: the deployment answered somebody else meanwhile.
    int attempts = 0;
    const deployment* last_sent_to = nullptr;
    /// How many calls that deployment had answered when this part was first sent there or last failed.
    std::uint64_t answers_seen = 0;
    /// The service failed on a batch with it. Such parts travel apart from fresh ones, which show meanwhile
    /// whether the service is well.
    bool failed_before = false;
    /// What is sent in its place where the text was too long; null where it was not.
    std::unique_ptr<shortened_text> cut;
    /// Order of arrival over all lanes; a part that failed queues up again.
    std::uint64_t sequence = 0;

    /// What is sent.
    [[nodiscard]] inline const piece& text() const;
};

/// A question that waits for its answers. Lives in the frame of the coroutine that asks, which does not
/// go on before `done` opens: until then no part may be anywhere but in the dispatcher's hands, after it
/// none is.
struct inquiry : boost::intrusive::list_base_hook<> {
    const question* asked = nullptr;
    route* way = nullptr;
    const receipt* claim = nullptr;  ///< of the record that it is asked for
    lane* waits_in = nullptr;        ///< set by the grouper
    config::time_point asked_at = config::time_point::min();
    config::time_point deadline = config::time_point::max();
    std::optional<trace_context> trace;

    boost::container::small_vector<part, 1> parts;
    answer_list answers;  ///< one for each piece, filled as they come
    provenance by;
    std::size_t unanswered = 0;
    std::size_t in_flight = 0;
    std::uint64_t last_call = 0;  ///< number of the last call that carried a part, to count attempts once
    std::optional<failure> failed;
    /// Past its deadline, with all that is unanswered in flight: what comes is taken, nothing is repeated.
    bool late = false;
    std::optional<std::multimap<config::time_point, inquiry*>::iterator> expires;  ///< in the grouper's order
    latch done;
};

inline const piece& part::text() const { return cut ? cut->kept : asked_by->asked->pieces[index]; }

}  // namespace pipeline
