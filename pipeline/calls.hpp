#pragma once

#include <utility>
#include <vector>

#include "pipeline/dispatcher.hpp"
#include "pipeline/lazy.hpp"

namespace pipeline {

/// What one job asks the service, and by what means it was answered so far.
///
/// Asking looks like a call of its own; behind it the pieces wait for company, quota and a slot, are sent
/// again after failures and bisected out of refused batches. A procedure never sees any of that. Several
/// questions may be asked one after another; usage and attempts add up.
///
/// Lives in the frame of the job's coroutine; one question at a time.
class calls {
public:
    /// `work` is looked at only now; the others must outlive it.
    calls(grouper& groups, dispatcher& sender, route& way, const job& work, const receipt& claim);

    /// One answer for each piece, or why there can be none: one piece that fails for good fails the
    /// question. `what` must live until then.
    lazy<result<answer_list>> ask(const question& what);

    /// Asks for vectors; the other kinds likewise. The question's operation must be that one.
    lazy<result<std::vector<embedding>>> embed(const question& what);
    lazy<result<std::vector<generation>>> generate(const question& what);

    [[nodiscard]] const provenance& so_far() const& { return so_far_; }
    [[nodiscard]] provenance so_far() && { return std::move(so_far_); }

private:
    grouper& groups_;
    dispatcher& sender_;
    route& way_;
    const receipt& claim_;
    config::time_point deadline_;
    std::optional<trace_context> trace_;
    provenance so_far_;
};

}  // namespace pipeline
