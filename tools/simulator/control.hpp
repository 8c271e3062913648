#pragma once

#include <string_view>

#include "tools/simulator/account.hpp"
#include "tools/simulator/fault_script.hpp"
#include "tools/simulator/http_types.hpp"

namespace simulator {

/// The simulator's own paths, which no service has: the account and the faults.
class control {
public:
    static constexpr std::string_view prefix = "/simulator/";

    /// Both must outlive the object.
    control(account& book, fault_script& faults) : account_{book}, faults_{faults} {}

    /// Answers a request whose target begins with `prefix`.
    [[nodiscard]] http_answer answer(const http_request& request);

private:
    http_answer answer_account(std::string_view method);
    http_answer answer_faults(const http_request& request);

    account& account_;
    fault_script& faults_;
};

}  // namespace simulator
