#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pipeline {

/// A JSON value as text: written for whoever holds it, or a slice of the record in which it came. Most texts
/// are sent as they came; copying them would cost an allocation and cold memory for each.
class json_slice {
public:
    json_slice() = default;
    explicit json_slice(std::string written) noexcept : written_{std::move(written)} {}
    /// `came` must outlive it and all of its copies. Not empty, as no JSON value is.
    [[nodiscard]] static json_slice of(std::string_view came) noexcept
    {
        json_slice slice;
        slice.came_ = came;
        return slice;
    }

    [[nodiscard]] std::string_view view() const noexcept { return came_.empty() ? written_ : came_; }
    [[nodiscard]] std::size_t size() const noexcept { return view().size(); }

private:
    std::string written_;
    std::string_view came_;
};

}  // namespace pipeline
