#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/simulator/http_types.hpp"
#include "tools/simulator/route.hpp"

/// Everything that can be made to go wrong, as values. README.md lists the same in the words of the JSON
/// file that they are read from.
namespace simulator {

/// Which requests a rule is for. All that is set must hold.
///
/// `request`, `first` and `every` count the requests that meet the conditions above them, from one, each
/// rule for itself and whether or not an earlier rule took the request.
struct fault_condition {
    std::optional<operation> asks{};
    std::string deployment{};      ///< empty: any
    std::string input_contains{};  ///< in at least one input; empty: any
    std::size_t min_inputs = 0;

    std::uint64_t request = 0;  ///< only this one; 0: any
    std::uint64_t first = 0;    ///< only so many; 0: all
    std::uint64_t every = 1;    ///< every n-th
    double probability = 1;     ///< drawn from `seed` and the count, so that a run can be repeated
    std::uint64_t seed = 1;
};

enum class index_fault {
    none,
    shuffled,      ///< right, but the answers stand in another order
    all_absent,    ///< no answer has one
    one_absent,    ///< the last answer has none
    doubled,       ///< the last answer carries that of the first; a single answer is sent twice
    out_of_range,  ///< that of the last answer is the number of answers
    negative       ///< that of the last answer is -1
};

enum class count_fault { none, one_missing, one_extra, all_missing };

/// What happens to one vector (the one of the input that matched `input_contains`, else the first), or to
/// all of them.
enum class vector_fault {
    none,
    empty,
    zero,
    not_a_number,      ///< one number of it: NaN, which as JSON text is not JSON
    infinite,          ///< one number of it; as JSON text 1e999
    wrong_dimensions,  ///< all vectors have one dimension too many
    other_encoding     ///< all vectors: numbers where base64 was asked for, and the reverse
};

enum class filter_fault {
    none,
    prompt,  ///< 400, code content_filter
    answer   ///< 200, finish_reason content_filter and no text
};

/// What is wrong inside a 200.
struct reply_fault {
    index_fault index = index_fault::none;
    count_fault count = count_fault::none;
    vector_fault vector = vector_fault::none;
    filter_fault filter = filter_fault::none;
    std::string refusal{};  ///< chat and responses: the refusal, and no content
    std::string failure{};  ///< responses: the code of the error with which the response failed
    std::string model{};    ///< instead of the model's own name
    bool without_usage = false;
};

/// How an answer ends on the wire.
enum class ending {
    whole,
    reset,               ///< the connection is reset (RST) instead of an answer
    closed,              ///< the connection is closed (FIN) instead of an answer
    garbage,             ///< bytes that are not HTTP, then closed
    cut,                 ///< closed after wire_fault::cut_after bytes of the body
    stalled_before,      ///< no byte ever comes
    stalled_after_head,  ///< no byte of the body ever comes
    stalled_in_body      ///< half of the body comes
};

struct wire_fault {
    ending end = ending::whole;
    std::size_t cut_after = 0;
    bool chunked = false;      ///< chunked transfer encoding instead of content-length
    bool close_after = false;  ///< `connection: close`, and closed
    std::chrono::milliseconds delay{0};
};

/// An answer that is given instead of the service's own.
struct replacement {
    int status = 500;
    std::optional<std::string> body{};  ///< absent: what the service says with that status
    bool is_json = true;                ///< else text/html
};

struct fault {
    std::optional<replacement> instead{};
    header_list headers{};  ///< set on the answer, whichever it is
    reply_fault reply{};
    wire_fault wire{};
};

struct fault_rule {
    fault_condition when{};
    fault then{};
};

}  // namespace simulator
