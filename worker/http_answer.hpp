#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/shared_bytes.hpp"

namespace worker {

/// The header fields of one answer, kept in one block of memory: an answer of the service has some thirty
/// of them, of which we look at ten.
class http_headers {
public:
    void add(std::string_view name, std::string_view value);

    /// The value of the first field of that name, whatever its case (RFC 9110 §5.1); empty where there is
    /// none. Valid until the next add() and while these headers stay where they are.
    [[nodiscard]] std::string_view find(std::string_view name) const;

private:
    struct field {
        std::size_t at;
        std::size_t name_size;
        std::size_t value_size;
    };

    std::string text_;
    std::vector<field> fields_;
};

/// One answer, whole. Any status: what a status means is service_answer's business.
struct http_answer {
    int status = 0;
    http_headers headers;
    pipeline::shared_bytes body;
};

}  // namespace worker
