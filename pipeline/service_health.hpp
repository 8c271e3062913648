#pragma once

#include <algorithm>

namespace pipeline {

/// Whether failures of a deployment are exceptions, for which what was sent may be to blame, or so many that
/// the service is.
///
/// A balance: each answer adds a tenth, up to ten, and each failure takes one. Half of it is the least that a
/// service in order has, so that it is ill once more than about one call in eleven fails, and well again
/// after some dozens of answers (what gRPC's proposal A6 and Finagle have as a retry budget, with the numbers
/// of the former). Here a budget need not hold back what is sent again: that passes the same gates as
/// everything else, and takes the place of other calls instead of adding to them. What it must hold back is
/// blame: a service that fails on half of its calls for an hour answers enough others in between to make dead
/// letters of the texts that were unlucky four times.
///
/// Only calls with what has not failed before are to be counted: a text that the service really fails on comes
/// back again and again, and says nothing about the service.
class service_health {
public:
    void answered() { balance_ = std::min(most, balance_ + of_an_answer); }
    void failed() { balance_ = std::max(0.0, balance_ - 1); }
    [[nodiscard]] bool is_well() const { return balance_ > most / 2; }

private:
    static constexpr double most = 10;
    static constexpr double of_an_answer = 0.1;

    double balance_ = most;
};

}  // namespace pipeline
