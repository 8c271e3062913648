#pragma once

namespace pipeline {

/// What stays free below the limit, so that independent workers hardly ever exceed it together.
///
/// A window filled with whole charges is never quite full, by an amount that varies from moment to moment; over
/// n workers with mirrors of their own the deviation is that of one charge times the square root of n. The
/// margin is nine tenths of it, or of four fifths of what answers show where that is more; each refusal adds
/// to it, and what was added fades within minutes.
///
/// Constants found by simulation (tools/bench quota).
class packing_margin {
public:
    void charged(double tokens);
    /// The service refused a call for its tokens.
    void refused();
    void pass(double seconds);

    /// The margin as a part of the limit. `deviation`: of the others' use, as answers show it.
    [[nodiscard]] double part_of(double limit, double share, double deviation) const;
    [[nodiscard]] double mean_charge() const { return mean_; }

private:
    double mean_ = 0;
    double mean_square_ = 0;
    double learnt_ = 0;  // standard deviations
};

}  // namespace pipeline
