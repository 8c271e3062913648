#pragma once

#include <string_view>
#include <vector>

#include "config/value_reader.hpp"

namespace config {

/// Reads the members of one object by name, and knows afterwards which members nobody asked for.
class object_reader {
public:
    /// Reports a value that is not an object, and then has no members. All three must outlive the reader.
    object_reader(const node& object, const value_reader& values);

    /// The member where it is there.
    [[nodiscard]] const node* find(std::string_view name);
    /// The same, and a problem where it is not.
    [[nodiscard]] const node* require(std::string_view name);

    /// Keeps the default where the member is missing. False where there is one that cannot be read.
    template <class T, class... Allowed>
    bool optional(std::string_view name, T& into, Allowed... allowed)
    {
        const auto* found = find(name);
        return found == nullptr || values_->read(*found, into, allowed...);
    }
    /// False where it is missing or cannot be read.
    template <class T, class... Allowed>
    bool required(std::string_view name, T& into, Allowed... allowed)
    {
        const auto* found = require(name);
        return found != nullptr && values_->read(*found, into, allowed...);
    }

    /// Reports every member that was not asked for, with the nearest name that was. Call it last.
    void finish() const;

    [[nodiscard]] const value_reader& values() const { return *values_; }
    [[nodiscard]] const node& object() const { return *object_; }

private:
    const node* object_;
    const value_reader* values_;
    std::vector<std::string_view> known_;
};

}  // namespace config
