#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace straight {

/// The items of an embeddings reply, written down once, the same in every run: random vectors of length one.
class canned_vectors {
public:
    enum class form { base64, numbers };

    canned_vectors(form written, std::size_t dimensions, std::size_t count);

    /// The first `count` items, one behind the other with commas, for the array `data`.
    [[nodiscard]] std::string_view first(std::size_t count) const
    {
        return std::string_view{items_}.substr(0, ends_.at(count - 1));
    }

private:
    void append(form written, const std::vector<float>& vector);

    std::string items_;
    std::vector<std::size_t> ends_;  ///< of the items
};

}  // namespace straight
