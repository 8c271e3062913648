#include "pipeline/header_list.hpp"

#include <algorithm>

namespace pipeline {
namespace {

// What the ten headers of a result take.
constexpr std::size_t usual_text = 512;

}  // namespace

void header_list::add(std::string_view name, std::optional<std::string_view> value)
{
    if (text_.empty()) text_.reserve(usual_text);
    const auto said = value.value_or(std::string_view{});
    entries_.push_back({.begin = static_cast<std::uint32_t>(text_.size()),
                        .name_size = static_cast<std::uint32_t>(name.size()),
                        .value_size = static_cast<std::uint32_t>(said.size()),
                        .has_value = value.has_value()});
    text_.append(name).append(said);
}

void header_list::add_if_known(std::string_view name, std::string_view value)
{
    if (!value.empty()) add(name, value);
}

void header_list::set(std::string_view name, std::string_view value)
{
    // What it said stays in the text, unused.
    const auto same = [&](const entry& each) {
        return std::string_view{text_}.substr(each.begin, each.name_size) == name;
    };
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(), same), entries_.end());
    add(name, value);
}

void header_list::set_if_known(std::string_view name, std::string_view value)
{
    if (!value.empty()) set(name, value);
}

bool header_list::contains(std::string_view name) const
{
    return std::any_of(begin(), end(), [&](const header_view& each) { return each.name == name; });
}

header_view header_list::at(std::size_t index) const
{
    const auto& each = entries_[index];
    const std::string_view text{text_};
    header_view view{text.substr(each.begin, each.name_size), std::nullopt};
    if (each.has_value) view.value = text.substr(each.begin + each.name_size, each.value_size);
    return view;
}

}  // namespace pipeline
