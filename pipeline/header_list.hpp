#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/record.hpp"

namespace pipeline {

/// One header of a header_list; valid until the list changes.
struct header_view {
    std::string_view name;
    std::optional<std::string_view> value;

    friend bool operator==(const header_view&, const header_view&) = default;
    friend bool operator==(const header_view& a, const header& b)
    {
        return a.name == b.name && a.value == b.value;
    }
};

/// The headers of a message that is to be published, in their order. In one block of memory, because there
/// are eight of them for every text.
class header_list {
public:
    class iterator {
    public:
        using value_type = header_view;
        using difference_type = std::ptrdiff_t;
        using reference = header_view;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;

        explicit iterator(const char* at) : at_{at} {}
        header_view operator*() const;
        iterator& operator++();
        iterator operator++(int)
        {
            auto before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const = default;

    private:
        const char* at_;
    };

    void add(std::string_view name, std::optional<std::string_view> value);
    void add(const header& one) { add(one.name, one.value); }
    /// Adds it where there is a value.
    void add_if_known(std::string_view name, std::string_view value);

    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Of all names and values.
    [[nodiscard]] std::size_t bytes() const noexcept;
    [[nodiscard]] iterator begin() const { return iterator{block_.data()}; }
    [[nodiscard]] iterator end() const { return iterator{block_.data() + block_.size()}; }

private:
    /// Stands before each name and value.
    struct sizes;

    std::string block_;
    std::size_t count_ = 0;
};

}  // namespace pipeline
