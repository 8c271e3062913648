#include "pipeline/merged_value.hpp"

#include <variant>

#include "config/json_pointer.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/member_splice.hpp"
#include "pipeline/vector_text.hpp"

namespace pipeline {
namespace {

/// What a generation says: the text, or the content of a message. Null where there is none: a refusal, a tool
/// call, or what the content filter held back.
void append_said(std::string& out, const choice& made, config::operation asks)
{
    if (asks != config::operation::chat) {
        out += made.content;
        return;
    }
    const auto message = json_document::parse(made.content);
    const auto content = message ? message->root().member("content") : std::nullopt;
    out += content ? content->source() : "null";
}

/// One value by itself, several in an array.
template <class Items, class Append>
void append_each(std::string& out, const Items& items, Append append)
{
    if (items.size() == 1) return append(items.front());
    char separator = '[';
    for (const auto& each : items) {
        out += std::exchange(separator, ',');
        append(each);
    }
    out += ']';
}

}  // namespace

std::optional<failure> refuse_merge(const config::route_settings& route, const std::string& record)
{
    const auto tried = splice_member(record, config::pointer_tokens(*route.merge_at), "null");
    if (!tried) return tried.error();
    return std::nullopt;
}

result<std::string> write_merged_value(const answered_job& done)
{
    std::string said;
    append_each(said, done.answers, [&](const answer& each) {
        if (const auto* vector = std::get_if<embedding>(&each))
            return append_vector(said, *vector, done.route.encoding);
        append_each(said, std::get<generation>(each).choices,
                    [&](const choice& one) { append_said(said, one, done.work.asks.form.asks); });
    });
    return splice_member(*done.source.value, config::pointer_tokens(*done.route.merge_at), said);
}

}  // namespace pipeline
