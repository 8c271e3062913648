#include "pipeline/generation_reply.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pipeline/json_document.hpp"
#include "pipeline/reply_members.hpp"
#include "pipeline/reply_slots.hpp"

namespace pipeline {
namespace {

/// The finish reason of an answer that the content filter cut off or held back.
constexpr std::string_view filtered_reason = "content_filter";
/// Members of a choice that are published with it.
constexpr std::array<std::string_view, 2> kept_of_choice{"logprobs", "content_filter_results"};
/// Members of a reply that belong to every answer in it.
constexpr std::array<std::string_view, 4> kept_of_reply{"id", "created", "system_fingerprint",
                                                        "service_tier"};
/// Both names have been seen; the second one is that of older API versions.
constexpr std::string_view prompt_filter_members[] = {"prompt_filter_results", "prompt_annotations"};

/// The text or the message; nothing where there is none, which is right only for a filtered answer.
std::optional<json_value> content_of(const json_value& item, config::operation asks)
{
    const bool chat = asks == config::operation::chat;
    const auto found = item.member(chat ? "message" : "text");
    return found && found->is(chat ? json_kind::object : json_kind::string) ? found : std::nullopt;
}

result<choice> read_choice(const json_value& item, config::operation asks)
{
    choice read;
    read.finish_reason = text_member(item, "finish_reason");
    if (const auto content = content_of(item, asks)) {
        append_compact(read.content, *content);
        read.refused = !text_member(*content, "refusal").empty();
    } else if (read.finish_reason == filtered_reason) {
        read.content = "null";
    } else {
        return unusable("missing_answer", item.pointer() + " has neither a text nor a message");
    }
    read.extras = keep_members(item, kept_of_choice);
    return read;
}

/// What the content filter found in each prompt. Annotations that fit no prompt are left out: they explain an
/// answer, they do not make it right or wrong.
void add_prompt_filters(const json_value& root, std::vector<answer>& answers)
{
    for (const auto name : prompt_filter_members) {
        const auto results = root.member(name);
        if (!results) continue;
        for (const auto& each : results->elements()) {
            const auto index = each.member("prompt_index");
            const auto prompt = index ? index->integer().value_or(-1) : -1;
            const auto found = present(each.member("content_filter_results"));
            if (!found || prompt < 0 || static_cast<std::uint64_t>(prompt) >= answers.size()) continue;
            auto& filter = std::get<generation>(answers[static_cast<std::size_t>(prompt)]).prompt_filter;
            filter.clear();
            append_compact(filter, *found);
        }
    }
}

}  // namespace

result<reply> read_generation_reply(const request& ask, const std::string& body)
{
    // The body was bounded when it was read; log probabilities are many values.
    const auto document = json_document::parse(body, body.size());
    if (!document) return unusable("not_json", "the reply " + document.error().detail());
    const auto root = document->root();
    if (const auto error = present(root.member("error"))) return error_in_200(*error);
    const auto choices = root.member("choices");
    if (!choices || !choices->is(json_kind::array))
        return unusable("missing_data", "the reply has no array `choices`");

    const auto items = choices->elements();
    reply_slots slots;
    for (const auto& each : items) {
        const auto index = each.member("index");
        slots.add(index ? index->integer() : std::nullopt);
    }
    const auto per_prompt = ask.form->choices;
    const auto item_at = slots.join(ask.pieces.size() * per_prompt);
    if (!item_at) return item_at.error();

    const auto envelope = keep_members(root, kept_of_reply);
    reply read;
    read.answers.reserve(ask.pieces.size());
    for (std::size_t prompt = 0; prompt < ask.pieces.size(); ++prompt) {
        generation made;
        made.envelope = envelope;
        for (std::size_t i = 0; i < per_prompt; ++i) {
            auto one = read_choice(items[(*item_at)[prompt * per_prompt + i]], ask.form->asks);
            if (!one) return one.error();
            made.choices.push_back(*std::move(one));
        }
        read.answers.emplace_back(std::move(made));
    }
    add_prompt_filters(root, read.answers);
    read.used = usage_member(root, "prompt_tokens", "completion_tokens");
    read.model = text_member(root, "model");
    return read;
}

}  // namespace pipeline
