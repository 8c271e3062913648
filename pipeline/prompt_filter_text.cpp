#include "pipeline/prompt_filter_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

namespace pipeline {

void write_prompt_filters(json_object_writer& members, std::span<const answer> answers)
{
    const auto filter_of = [](const answer& each) -> const std::string& {
        return std::get<generation>(each).prompt_filter;
    };
    if (std::all_of(answers.begin(), answers.end(),
                    [&](const answer& each) { return filter_of(each).empty(); }))
        return;
    auto& out = members.name("prompt_filter_results");
    out += '[';
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (filter_of(answers[i]).empty()) continue;
        if (out.back() != '[') out += ',';
        json_object_writer entry{out};
        entry.number("prompt_index", static_cast<std::int64_t>(i));
        entry.raw("content_filter_results", filter_of(answers[i]));
        entry.close();
    }
    out += ']';
}

}  // namespace pipeline
