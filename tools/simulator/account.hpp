#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/simulator/call.hpp"

namespace simulator {

/// How often one input came, and how often it went back in a whole 200.
struct input_count {
    std::uint64_t asked = 0;
    std::uint64_t bought = 0;
};

/// Sums over all requests but those to /simulator/, since the start or the last clear().
struct account_totals {
    std::uint64_t requests = 0;            ///< arrived, whatever became of them
    std::uint64_t first_arrival_ms = 0;    ///< of the first of them, since 1970; 0 before it
    std::uint64_t ok = 0;                  ///< answered with a whole 200 of the service's own
    std::uint64_t broken = 0;              ///< ended by a fault of the wire, or by the client
    std::map<int, std::uint64_t> refused;  ///< other whole answers, by status
    std::uint64_t in_flight = 0;           ///< arrived, and nothing of the answer is written yet
    std::uint64_t most_in_flight = 0;
    std::uint64_t inputs = 0;  ///< arrived in requests that could be read
    std::uint64_t bought_inputs = 0;
    std::uint64_t distinct_inputs = 0;
    std::uint64_t max_asked_per_input = 0;
    std::uint64_t max_bought_per_input = 0;
    std::uint64_t admitted_tokens = 0;                        ///< charged to the quota on arrival
    std::uint64_t billed_tokens = 0;                          ///< `usage.total_tokens` of what was bought
    std::map<std::size_t, std::uint64_t> inputs_per_request;  ///< number of inputs to number of requests
};

/// What a request will have bought once its answer is written.
struct receipt {
    int status = 0;                     ///< 0: the answer will never be whole
    bool bought = false;                ///< a 200 of the service's own
    std::vector<std::uint64_t> inputs;  ///< hashes of those that the answer contains
    std::uint64_t billed_tokens = 0;
};

/// What the service could be asked to bill: the truth that a client's own counters are compared with.
/// Keeps 16 bytes and a hash node for each distinct input. From any thread.
class account {
public:
    /// A request to one of the operations is here.
    void arrived();
    /// Its body could be read.
    void read(const call& asked);
    /// Its charge was taken.
    void admitted(std::uint64_t tokens);
    /// Its answer is about to be written whole. Comes before the writing, so that a client that has read
    /// the answer finds it in the account; closed_early() takes it back where the writing fails.
    void answered(const receipt& paid);
    void closed_early(const receipt& paid);

    [[nodiscard]] account_totals totals() const;
    /// The count of a text, a prompt, or the texts of a chat's messages joined by newlines.
    [[nodiscard]] input_count count_of(std::string_view text) const;
    void clear();

private:
    mutable std::mutex mutex_;
    account_totals totals_;
    std::unordered_map<std::uint64_t, input_count> inputs_;
};

[[nodiscard]] std::string to_json(const account_totals& totals);
[[nodiscard]] std::string to_json(const input_count& count);

}  // namespace simulator
