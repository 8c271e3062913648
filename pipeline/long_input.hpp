#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "pipeline/inquiry.hpp"

namespace pipeline {

class deployment;
class route;

/// What becomes of texts that may be longer than the model takes (deployment_settings::max_input_tokens,
/// route_settings::long_inputs).
///
/// Only the service knows how many tokens a text has. So by estimate a text is refused only where it cannot
/// fit, and cut only where its route says so; otherwise it travels alone, so that nobody else is held up by
/// what the service says of it. Rules: no I/O, no clock.

/// Texts of more bytes travel alone to that deployment: by estimate they are near the limit or above it. No
/// text does where the limit is not known.
[[nodiscard]] std::size_t longest_in_company(const deployment& where, const route& way, piece_form form);

/// Why a question need not be sent: one of its texts cannot fit any deployment of the route, and none may be
/// cut. That is a text whose tokens would have more than 32 bytes on average, eight times as many as those of
/// English prose: only long runs of one character have such tokens. Token numbers are exact.
[[nodiscard]] std::optional<failure> refuse_unsent(const question& what, const route& way);

/// Cuts a text that waits nowhere and cannot fit, where its route says so, to a length that might: its charge
/// must not stop the others until the quota has room for all of it.
void cut_to_what_can_fit(part& one);

/// Cuts a text that waits nowhere to what its deployment takes by estimate, where its route says so and it is
/// longer.
void cut_to_limit(part& one, const deployment& where);

/// Cuts a text that the service has just refused alone, by the service's own numbers where it gave any that
/// can be. Not where its route does not say so, nothing may be cut, or that was done often enough.
[[nodiscard]] bool cut_after_refusal(part& one, const failure& why, const deployment& where);

/// The one text that is so much longer than the others of its batch that it is likely the one that was
/// refused for its length; null where there is none.
[[nodiscard]] part* longest_by_far(const std::vector<part*>& batch);

/// The service's refusal of that text with what the service cannot know: the estimate, the limit, and what to
/// change.
[[nodiscard]] failure explained(failure why, const part& one, const deployment& where);

/// Sets what is derived from what a part sends.
void measure(part& one, const shape& form);

}  // namespace pipeline
