#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace encodings {

/// A vector of length one for a text, without a model: every four letters in a row are hashed into one of
/// 4,096 sums with a sign, and the sums are mixed by a Hadamard transform behind random signs, of which the
/// first `dimensions` numbers are kept (Ailon and Chazelle, "The Fast Johnson-Lindenstrauss Transform"). The
/// numbers are spread like those of a model, small ones and both signs everywhere, and texts that share
/// spellings are near each other. The same text always gives the same vector.
///
/// `dimensions` is at most 4,096.
[[nodiscard]] std::vector<float> text_vector(std::string_view text, std::size_t dimensions);

}  // namespace encodings
