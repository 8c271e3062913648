#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "pipeline/shared_bytes.hpp"

namespace pipeline {

/// How a vector is written in JSON.
enum class vector_text_form {
    base64,  ///< of little-endian float32, by RFC 4648 §4
    numbers  ///< what stands between the brackets of an array, without white space
};

/// A vector, checked: of the expected length, finite, not all zero.
///
/// Kept as the service wrote it until somebody asks for its numbers: most routes publish what came, and
/// decoding it only to encode it again would cost more than all else that is done for a text.
class embedding {
public:
    /// None yet: the place of one that is awaited.
    embedding() = default;
    explicit embedding(std::vector<float> values) : dimensions_{values.size()}, values_{std::move(values)} {}
    /// `text` is a slice of `reply` and stands for so many numbers.
    embedding(shared_bytes reply, std::string_view text, vector_text_form written, std::size_t dimensions)
        : dimensions_{dimensions}, written_{written}, reply_{std::move(reply)}, text_{text}
    {}

    [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
    /// The numbers, decoded at the first call.
    [[nodiscard]] const std::vector<float>& values() const;
    /// The text that came, where it came so; else empty.
    [[nodiscard]] std::string_view text_as(vector_text_form wanted) const noexcept
    {
        return written_ == wanted ? text_ : std::string_view{};
    }

    /// Copies what it needs out of the reply, whose memory may be many times as large. For answers that are
    /// kept while something is awaited.
    void let_go_of_reply();

private:
    std::size_t dimensions_ = 0;
    vector_text_form written_ = vector_text_form::base64;
    shared_bytes reply_;
    std::string_view text_;
    mutable std::vector<float> values_;
};

}  // namespace pipeline
