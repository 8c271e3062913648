#pragma once

#include <span>
#include <string>
#include <string_view>

namespace simulator {

/// Turns texts into vectors of length one by feature hashing (Weinberger et al., "Feature Hashing for
/// Large Scale Multitask Learning", ICML 2009): every word and every four letters in a row add to, or take
/// from, the dimension that their hash names. Texts that share words are therefore near each other, texts
/// that share only spellings a little, and the same text always gives the same vector.
///
/// Longer words weigh more, because the short ones are in every text. Holds a buffer that is used again,
/// hence one object per thread.
class feature_hasher {
public:
    /// Fills `vector`, whose size is the number of dimensions and above zero.
    void embed(std::string_view text, std::span<float> vector);

private:
    void normalise_spelling(std::string_view text);

    std::string words_;  ///< lower case, each word between single spaces
};

}  // namespace simulator
