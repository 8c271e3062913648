#include "pipeline/truncation_text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace pipeline {
namespace {

member_name unit_of(const truncation& one)
{
    return one.counted_in == piece_form::tokens ? member_name{"tokens"} : member_name{"bytes"};
}

void write_members(json_object_writer& members, const truncation& one)
{
    members.number(unit_of(one), static_cast<std::int64_t>(one.kept));
    members.number("of", static_cast<std::int64_t>(one.of));
}

std::vector<truncation> in_order(std::span<const truncation> all)
{
    std::vector<truncation> sorted{all.begin(), all.end()};
    std::ranges::sort(sorted, {}, &truncation::index);
    return sorted;
}

}  // namespace

std::string truncation_words(std::span<const truncation> all)
{
    std::string words;
    for (const auto& each : in_order(all)) {
        if (!words.empty()) words += ' ';
        if (each.texts > 1) words += std::to_string(each.index) + ':';
        words += std::to_string(each.kept) + '/' + std::to_string(each.of);
    }
    return words;
}

void write_truncation(json_object_writer& members, const answered_job& done)
{
    const auto all = in_order(done.by.truncated);
    if (all.empty()) return;
    auto& out = members.name("truncated");
    if (all.front().texts == 1) {
        json_object_writer only{out};
        write_members(only, all.front());
        return only.close();
    }
    for (const auto& each : all) {
        out += &each == &all.front() ? '[' : ',';
        json_object_writer entry{out};
        entry.number("index", static_cast<std::int64_t>(each.index));
        write_members(entry, each);
        entry.close();
    }
    out += ']';
}

}  // namespace pipeline
