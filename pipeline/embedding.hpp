#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "pipeline/shared_bytes.hpp"

namespace pipeline {

/// A vector, checked: of the expected length, finite, not all zero.
///
/// Kept as the service wrote it until somebody asks for its numbers: most routes publish what came, and
/// decoding it only to encode it again would cost more than all else that is done for a text.
class embedding {
public:
    /// None yet: the place of one that is awaited.
    embedding() = default;
    explicit embedding(std::vector<float> values) : dimensions_{values.size()}, values_{std::move(values)} {}
    /// `base64`, a slice of `reply`, is the standard text of so many float32 (RFC 4648, little-endian).
    embedding(shared_bytes reply, std::string_view base64, std::size_t dimensions)
        : dimensions_{dimensions}, reply_{std::move(reply)}, base64_{base64}
    {}

    [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
    /// The numbers, decoded at the first call.
    [[nodiscard]] const std::vector<float>& values() const;
    /// The text that came; empty where the vector came as numbers.
    [[nodiscard]] std::string_view base64() const noexcept { return base64_; }

    /// Copies what it needs out of the reply, whose memory may be many times as large. For answers that are
    /// kept while something is awaited.
    void let_go_of_reply();

private:
    std::size_t dimensions_ = 0;
    shared_bytes reply_;
    std::string_view base64_;
    mutable std::vector<float> values_;
};

}  // namespace pipeline
