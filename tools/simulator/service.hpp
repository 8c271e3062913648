#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/simulator/account.hpp"
#include "tools/simulator/control.hpp"
#include "tools/simulator/fault_script.hpp"
#include "tools/simulator/http_types.hpp"
#include "tools/simulator/options.hpp"
#include "tools/simulator/profile.hpp"
#include "tools/simulator/quota.hpp"
#include "tools/simulator/reply.hpp"
#include "tools/simulator/request_log.hpp"
#include "tools/simulator/work_line.hpp"

namespace simulator {

/// An answer and how it is to be sent. The sender reports to the account (account::answered).
struct delivery {
    http_answer answer;
    wire_fault wire;
    std::chrono::nanoseconds wait{0};  ///< before the first byte
    receipt paid;
    bool on_account = false;  ///< a request to one of the operations: `paid` counts
};

/// The service without its network: a request in, what to send out. Decides everything and does no I/O,
/// so that it can be tested and simulated without sockets.
///
/// answer() belongs to one thread; book(), faults(), limits() and log() are for any.
class service {
public:
    /// Throws std::invalid_argument for a profile that is not known.
    explicit service(options settings);

    [[nodiscard]] delivery answer(http_request request, std::chrono::steady_clock::time_point now);

    [[nodiscard]] account& book() { return account_; }
    [[nodiscard]] fault_script& faults() { return faults_; }
    [[nodiscard]] quota& limits() { return quota_; }
    [[nodiscard]] const request_log& log() const { return log_; }

private:
    delivery answer_operation(const route& where, http_request& request, quota::time_point now);
    delivery answer_call(const route& where, const call& asked, quota::time_point now);
    delivery answer_within_quota(const route& where, const call& asked, const fault_script::verdict& verdict,
                                 quota::time_point now);
    delivery answer_from_model(const route& where, const call& asked, const fault_script::verdict& verdict,
                               quota::time_point now);
    written_reply write(const call& asked, const std::string& model, const reply_head& head,
                        const reply_trouble& trouble);

    const deployment* find_deployment(std::string_view name) const;
    std::string model_of(const route& where, const call& asked) const;
    std::string next_id();
    std::chrono::nanoseconds next_latency();
    void add_headers(api_family family, const http_request& request, http_answer& answer);

    [[nodiscard]] delivery refused(http_answer refusal) const;

    options options_;
    const profile& profile_;
    quota quota_;
    account account_;
    fault_script faults_;
    request_log log_;
    control control_;
    work_line line_;
    std::uint64_t ids_ = 0;
    std::uint64_t latencies_ = 0;
};

}  // namespace simulator
