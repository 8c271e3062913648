#include "pipeline/header_list.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace pipeline {

struct header_list::sizes {
    std::uint32_t name;
    std::uint32_t value;
    bool has_value;

    [[nodiscard]] static sizes at(const char* place)
    {
        sizes read;
        std::memcpy(&read, place, sizeof read);
        return read;
    }
};

header_view header_list::iterator::operator*() const
{
    const auto size = sizes::at(at_);
    const auto* text = at_ + sizeof size;
    header_view view{{text, size.name}, std::nullopt};
    if (size.has_value) view.value = std::string_view{text + size.name, size.value};
    return view;
}

header_list::iterator& header_list::iterator::operator++()
{
    const auto size = sizes::at(at_);
    at_ += sizeof size + size.name + size.value;
    return *this;
}

void header_list::add(std::string_view name, std::optional<std::string_view> value)
{
    // What the headers of a result take.
    constexpr std::size_t usual_size = 480;
    if (block_.empty()) block_.reserve(usual_size);
    const auto said = value.value_or(std::string_view{});
    sizes size{};
    size.name = static_cast<std::uint32_t>(name.size());
    size.value = static_cast<std::uint32_t>(said.size());
    size.has_value = value.has_value();
    block_.append(reinterpret_cast<const char*>(&size), sizeof size).append(name).append(said);
    ++count_;
}

void header_list::add_if_known(std::string_view name, std::string_view value)
{
    if (!value.empty()) add(name, value);
}

bool header_list::contains(std::string_view name) const
{
    return std::any_of(begin(), end(), [&](const header_view& each) { return each.name == name; });
}

std::size_t header_list::bytes() const noexcept { return block_.size() - count_ * sizeof(sizes); }

}  // namespace pipeline
