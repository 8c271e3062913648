#include "pipeline/made_text.hpp"

#include <utility>

#include "pipeline/json_text.hpp"

namespace pipeline {

void made_text::add_from_record(std::string_view text)
{
    if (text.size() > from_record_.size()) from_record_ = {text_.size(), text_.size() + text.size()};
    text_ += text;
}

text_range made_text::append_to(std::string& json) const
{
    const std::string_view all = text_;
    text_range written;
    json += '"';
    append_json_letters(json, all.substr(0, from_record_.begin));
    written.begin = json.size();
    append_json_letters(json, all.substr(from_record_.begin, from_record_.size()));
    written.end = json.size();
    append_json_letters(json, all.substr(from_record_.end));
    json += '"';
    return written;
}

piece made_text::as_piece() const
{
    std::string json;
    const auto from_record = append_to(json);
    return piece{json_slice{std::move(json)}, text_.size(), from_record};
}

}  // namespace pipeline
