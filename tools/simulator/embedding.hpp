#pragma once

#include <span>
#include <string_view>

namespace simulator {

/// Turns a text into a vector of length one by feature hashing (Weinberger et al., "Feature Hashing for
/// Large Scale Multitask Learning", ICML 2009): every word and every four letters in a row add to, or take
/// from, the dimension that their hash names. Texts that share words are therefore near each other, texts
/// that share only spellings a little, and the same text always gives the same vector. Longer words weigh
/// more, because the short ones are in every text.
///
/// Fills `vector`, whose size is the number of dimensions and above zero.
void embed(std::string_view text, std::span<float> vector);

}  // namespace simulator
