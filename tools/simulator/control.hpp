#pragma once

#include <string_view>

#include "tools/simulator/account.hpp"
#include "tools/simulator/fault_script.hpp"
#include "tools/simulator/http_types.hpp"
#include "tools/simulator/quota.hpp"

namespace simulator {

/// The simulator's own paths, which no service has: the account, the faults and the quota.
class control {
public:
    static constexpr std::string_view prefix = "/simulator/";

    /// All must outlive the object.
    control(account& book, fault_script& faults, quota& limits)
        : account_{book}, faults_{faults}, quota_{limits}
    {}

    /// Answers a request whose target begins with `prefix`.
    [[nodiscard]] http_answer answer(const http_request& request, quota::time_point now);

private:
    http_answer answer_account(std::string_view method);
    http_answer answer_faults(const http_request& request);
    http_answer answer_quota(const http_request& request, quota::time_point now);

    account& account_;
    fault_script& faults_;
    quota& quota_;
};

}  // namespace simulator
