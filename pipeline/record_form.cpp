#include "pipeline/record_form.hpp"

#include <utility>

#include "config/json_pointer.hpp"
#include "pipeline/conversation.hpp"
#include "pipeline/malformed.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {

record_form::record_form(const config::route_settings& route) : id_pointer_{route.id}
{
    if (id_pointer_) id_tokens_ = config::pointer_tokens(*id_pointer_);
    one_text_ = route.asks == config::operation::responses;
    if (route.messages.empty()) {
        text_.emplace(route.text);
        return;
    }
    for (const auto& each : route.messages)
        messages_.push_back(message_text{each.role, record_text{each.content}});
}

result<piece_list> record_form::pieces(const json_value& record) const
{
    if (!text_) return messages(record);
    auto found = text_->pieces(record);
    if (one_text_ && found && found->size() > 1)
        return malformed("wrong_type", "several texts where the input of one response is made of one text");
    return found;
}

result<piece_list> record_form::messages(const json_value& record) const
{
    conversation all;
    for (const auto& each : messages_) {
        const auto content = each.content.text(record);
        if (!content) return content.error();
        all.add(each.role, *content);
    }
    piece_list pieces;
    pieces.push_back(std::move(all).take());
    return pieces;
}

result<std::string> record_form::id(const json_value& record) const
{
    if (!id_pointer_) return std::string{};
    const auto found = record.at(id_tokens_);
    if (!found) return missing_member(*id_pointer_, "the job's id");
    if (found->is(json_kind::number)) return std::string{found->source()};
    if (!found->is(json_kind::string)) return wrong_type(*found, "the job's id");
    if (is_blank(found->text())) return malformed("empty_id", "an empty id at " + *id_pointer_);
    return std::string{found->text()};
}

}  // namespace pipeline
