#pragma once

#include <list>
#include <set>
#include <vector>

#include "pipeline/inquiry.hpp"

namespace pipeline {

class lane;

/// One refused batch on its way to the parts that were the reason.
///
/// Halves are sent on depth first, one at a time: a half that is answered is clear, a half that is
/// refused is halved again, a part refused alone is the culprit. So one bad part of 2,048 is found with
/// 22 further calls, and a route whose every part is bad shows it after a few dozen calls instead of
/// thousands.
class refusal {
public:
    enum class kind {
        refused,  ///< the routes' other parts wait until it is resolved
        failed    ///< they go on: they show whether the service is well
    };

    refusal(lane& from, std::vector<part*> parts, kind why);

    /// The part of the batch to send next; stays in charge until one of the following is called.
    [[nodiscard]] const std::vector<part*>& piece() const { return pieces_.back(); }
    [[nodiscard]] bool resolved() const { return pieces_.empty(); }

    /// The piece is answered, or its only part is finished.
    void clear() { pieces_.pop_back(); }
    /// The piece, of two parts or more, was refused.
    void split();

    /// Forgets a part that needs no answer any more, where it is in here and not in flight. The piece in
    /// flight keeps its parts: they come back with the call.
    bool drop(const part& one);
    /// The service failed on the piece without refusing it: the others come first.
    void postpone();

    [[nodiscard]] bool blocks() const { return why_ == kind::refused; }
    void unblock() { why_ = kind::failed; }

    /// Routes of its parts.
    [[nodiscard]] const std::set<const route*>& routes() const { return routes_; }
    [[nodiscard]] lane& from() const { return *from_; }

    bool in_flight = false;  ///< the present piece

private:
    lane* from_;
    kind why_;
    std::set<const route*> routes_;
    std::vector<std::vector<part*>> pieces_;
};

}  // namespace pipeline
