#pragma once

#include <optional>

#include "pipeline/others_use.hpp"

namespace pipeline {

/// How much of the quota this worker may hold in the rolling minute.
///
/// It begins with its share. What others leave is taken over slowly, in proportion to the share, so that all
/// who want more get there together; quickly only where somebody is clearly idle. Where the quota is
/// overdrawn, those above their share give way first, and everybody in proportion to what he holds (additive
/// increase, proportional decrease: D. Chiu and R. Jain, 1989, converges to fair shares).
///
/// A limit that falls falls for new charges over a minute, as the old ones leave: dropping it at once would
/// stop all sending until the window has drained, and the gap would come back every minute.
class own_limit {
public:
    /// What the control looks at; tokens, where nothing else is said.
    struct circumstances {
        double usable;  ///< the quota less the margin
        double quota;
        double entitlement;                          ///< our share of `usable`
        double share;                                ///< in (0, 1]
        double held;                                 ///< by us, in the rolling minute
        std::optional<others_use::estimate> others;  ///< absent where the service says nothing
        /// Part of the quota left even at the worst moment; where the service counts no rolling minute.
        std::optional<double> unused;
        bool wants_more;     ///< calls wait for tokens
        double mean_charge;  ///< one must fit, whatever happens
    };

    void reset(double limit);
    /// The quota has changed to so much of what it was: with effect at once.
    void quota_changed(double factor) { reset(limit_ * factor); }
    /// The share has changed to so much of what it was, which now means this entitlement.
    void share_changed(double factor, double entitlement, double held);
    void pass(const circumstances& seen, double seconds);
    /// A call was refused for its tokens.
    void refused(const circumstances& seen);

    /// For the long run.
    [[nodiscard]] double steady() const { return limit_; }
    /// For charges that are added now.
    [[nodiscard]] double now() const { return limit_ > gliding_ ? limit_ : gliding_; }
    /// What idle others leave, to be lent at once where it clears all that waits.
    [[nodiscard]] double lendable() const { return lendable_; }

private:
    [[nodiscard]] double return_rate(const circumstances& seen) const;
    void approach(const circumstances& seen, double seconds);
    void give_way(const circumstances& seen, double seconds);
    void glide(double seconds);

    double limit_ = 0;
    double gliding_ = 0;
    double glide_began_at_ = 0;
    double lendable_ = 0;
    double seconds_of_room_ = 0;
};

}  // namespace pipeline
