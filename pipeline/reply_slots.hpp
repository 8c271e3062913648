#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/failure.hpp"

namespace pipeline {

/// An answer that is no answer: errc::transient, with a code that names what is wrong with it.
[[nodiscard]] failure unusable(std::string code, std::string detail);

/// Which item of a reply belongs to which place of its request: joined by `index`, never by position,
/// because services may answer in any order. Only where no item has an index at all, and there are as many
/// items as places, their order counts.
class reply_slots {
public:
    /// `index` as the service sent it, nothing where the item has none. Items are numbered in the order of
    /// the calls.
    void add(std::optional<std::int64_t> index) { indices_.push_back(index); }

    /// For each of `places` places the number of its item. Fails with count_mismatch, index_out_of_range,
    /// doubled_index or missing_index.
    [[nodiscard]] result<std::vector<std::size_t>> join(std::size_t places) const;

private:
    std::vector<std::optional<std::int64_t>> indices_;
};

}  // namespace pipeline
