#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "pipeline/batch.hpp"
#include "pipeline/deployment.hpp"
#include "pipeline/output_identity.hpp"
#include "pipeline/route.hpp"

namespace pipeline {

/// Puts the parts of many waiting questions into batches, and gives each part what became of its batch.
///
/// A batch is cut when the gates of a deployment open, not before (late binding): under load batches fill
/// by themselves, and an idle worker sends at once. What was refused is bisected, one batch a route at a
/// time and depth first, while the other parts of that route wait; all else goes back into its lane and
/// is grouped again, so that repeated parts do not travel alone.
///
/// A rule: no I/O, no clock. Every part is in one place at a time (a lane, a refusal, a batch in flight),
/// and an inquiry opens its latch exactly once, when none of its parts is anywhere any more.
class grouper {
public:
    /// Called where a route turns out to be wrong; must end in abandon(route).
    using stop_route = std::function<void(route&, std::string reason)>;

    explicit grouper(stop_route stop) : stop_{std::move(stop)} {}

    /// `asked` must have `asked`, `way`, `claim`, `asked_at` and `deadline` set, and live until its latch
    /// opens. That is at once where nothing is asked, or where the route has stopped meanwhile.
    void submit(inquiry& asked);

    /// The next batch that `where` may have, marked as in flight. Where there is none, `ask_again` is
    /// brought forward to the time at which asking can succeed. Deployments of better tiers are to be asked
    /// before: what one of them may have now is not kept for it.
    [[nodiscard]] std::optional<batch> next(deployment& where, config::time_point now,
                                            config::time_point& ask_again);

    void answered(const batch& done, reply&& what, deployment& where);
    void failed(const batch& done, const failure& why, deployment& where);
    /// The call was broken off by us: its jobs stay open.
    void broken_off(const batch& done);

    /// Ends what has passed its deadline and waits; returns the next deadline.
    config::time_point expire(config::time_point now);
    /// Ends everything of that route that is not in flight; the jobs stay open.
    void abandon(const route& way);
    /// The same for everything that is asked for a record that was given up.
    void abandon_given_up();
    /// Ends everything that is not in flight, and from now on whatever is submitted: a job may be between
    /// two questions.
    void abandon_all();

    /// Parts that wait in lanes; those that a refusal holds do not count.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    /// Kinds of request that are open: a kind is forgotten with the last part that needs it.
    [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }
    /// Answers whose model was another one than before, where that only deserves a warning.
    [[nodiscard]] std::uint64_t models_changed() const { return models_changed_; }

private:
    lane& lane_of(const route& way, const shape& form);
    [[nodiscard]] bool blocked(const route& way, config::time_point now) const;
    [[nodiscard]] static bool waits_for_better(const part& first, const deployment& where,
                                               config::time_point now, config::time_point& ask_again);
    std::optional<batch> next_piece(deployment& where, config::time_point now, config::time_point& ask_again);
    std::optional<batch> next_cut(deployment& where, config::time_point now, config::time_point& ask_again);
    /// The one with the part whose turn it is; null where nothing may go there.
    lane* next_lane(deployment& where, const lane::hold_rule& is_held);
    batch launch(const deployment& where, lane& from, refusal* bisected, std::vector<part*> parts);

    void land(const batch& done);
    void clean_up_after(const batch& done);
    void forget_resolved();
    void forget_if_idle(lane& idle);
    void give(part& one, answer&& what, const usage& share, const reply& from, const deployment& where);
    void fail(inquiry& asked, const failure& why);
    void finish_if_settled(inquiry& asked);
    std::vector<part*> still_wanted(const batch& done);
    void repeat(const batch& done);
    void queue_again(const batch& done);
    void unblock_routes_of(refusal& which);
    void bisect(const batch& done, const failure& why);
    void too_long(const batch& done, const failure& why, const deployment& where);
    void count_attempts(const batch& done, deployment& where);

    stop_route stop_;
    std::map<lane_key, lane, lane_order> lanes_;
    std::list<refusal> refusals_;
    std::map<const route*, std::size_t> blocked_;  // routes with unresolved refusals
    std::multimap<config::time_point, inquiry*> deadlines_;
    boost::intrusive::list<inquiry> open_;
    output_identity outputs_;
    std::map<std::string, std::string> text_models_;
    std::uint64_t models_changed_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t calls_ = 0;
    std::size_t waiting_ = 0;
    bool closed_ = false;
    // A piece on which the service failed has had its turn: fresh parts show whether the service is well.
    bool lanes_first_ = false;
};

}  // namespace pipeline
