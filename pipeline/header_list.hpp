#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
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
/// are ten of them for every text.
class header_list {
public:
    class iterator {
    public:
        using value_type = header_view;
        using difference_type = std::ptrdiff_t;
        using reference = header_view;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;

        iterator(const header_list& list, std::size_t at) : list_{&list}, at_{at} {}
        header_view operator*() const { return list_->at(at_); }
        iterator& operator++()
        {
            ++at_;
            return *this;
        }
        iterator operator++(int)
        {
            auto before = *this;
            ++at_;
            return before;
        }
        bool operator==(const iterator& other) const { return at_ == other.at_; }

    private:
        const header_list* list_;
        std::size_t at_;
    };

    void add(std::string_view name, std::optional<std::string_view> value);
    void add(const header& one) { add(one.name, one.value); }
    /// Adds it where there is a value.
    void add_if_known(std::string_view name, std::string_view value);
    /// Adds it in the place of all of that name.
    void set(std::string_view name, std::string_view value);
    void set_if_known(std::string_view name, std::string_view value);

    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] header_view at(std::size_t index) const;
    [[nodiscard]] iterator begin() const { return {*this, 0}; }
    [[nodiscard]] iterator end() const { return {*this, entries_.size()}; }

private:
    struct entry {
        std::uint32_t begin;
        std::uint32_t name_size;
        std::uint32_t value_size;
        bool has_value;
    };

    boost::container::small_vector<entry, 12> entries_;
    std::string text_;  ///< names and values, one behind the other
};

}  // namespace pipeline
