#include "pipeline/result_value.hpp"

#include <cassert>
#include <variant>

#include "pipeline/json_text.hpp"
#include "pipeline/prompt_filter_text.hpp"
#include "pipeline/rfc3339.hpp"
#include "pipeline/truncation_text.hpp"
#include "pipeline/usage_text.hpp"
#include "pipeline/value_memory.hpp"
#include "pipeline/vector_text.hpp"

namespace pipeline {
namespace {

void write_vectors(json_object_writer& members, std::span<const answer> answers,
                   config::vector_encoding encoding)
{
    if (answers.size() == 1) {
        append_vector(members.name("vector"), std::get<embedding>(answers.front()), encoding);
        return;
    }
    auto& out = members.name("vectors");
    out += '[';
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (i > 0) out += ',';
        append_vector(out, std::get<embedding>(answers[i]), encoding);
    }
    out += ']';
}

void write_choice(json_object_writer& members, const choice& made, config::operation asks)
{
    members.raw(asks == config::operation::chat ? member_name{"message"} : member_name{"text"}, made.content);
    if (!made.finish_reason.empty()) members.text("finish_reason", made.finish_reason);
    if (made.refused) members.raw("refused", "true");
    if (made.finish_reason == "content_filter") members.raw("filtered", "true");
    members.raw_members(made.extras);
}

void write_generations(json_object_writer& members, std::span<const answer> answers, config::operation asks)
{
    const auto choices_of = [](const answer& each) -> const std::vector<choice>& {
        return std::get<generation>(each).choices;
    };
    if (answers.size() == 1 && choices_of(answers.front()).size() == 1) {
        write_choice(members, choices_of(answers.front()).front(), asks);
    } else {
        auto& out = members.name("choices");
        out += '[';
        for (std::size_t prompt = 0; prompt < answers.size(); ++prompt) {
            const auto& choices = choices_of(answers[prompt]);
            for (std::size_t i = 0; i < choices.size(); ++i) {
                if (out.back() != '[') out += ',';
                json_object_writer entry{out};
                entry.number("prompt", static_cast<std::int64_t>(prompt));
                entry.number("index", static_cast<std::int64_t>(i));
                write_choice(entry, choices[i], asks);
                entry.close();
            }
        }
        out += ']';
    }
    write_prompt_filters(members, answers);
}

std::size_t likely_size(std::span<const answer> answers, config::vector_encoding encoding)
{
    std::size_t size = 1024;
    for (const auto& each : answers) {
        if (const auto* vector = std::get_if<embedding>(&each))
            size += likely_text_size(vector->dimensions(), encoding);
        if (const auto* made = std::get_if<generation>(&each))
            for (const auto& one : made->choices) size += one.content.size() + one.extras.size() + 128;
    }
    return size;
}

}  // namespace

std::string_view name_of(config::operation asks) noexcept
{
    switch (asks) {
        case config::operation::embeddings: return "embeddings";
        case config::operation::completions: return "completions";
        case config::operation::chat: return "chat";
        case config::operation::responses: return "responses";
    }
    return "";
}

std::string write_result_value(const answered_job& done)
{
    const auto asks = done.work.asks.form.asks;
    auto value = value_memory::take(likely_size(done.answers, done.route.encoding));
    json_object_writer members{value};
    members.text("id", done.work.id);
    members.text("route", done.route.name);
    members.text("operation", name_of(asks));
    members.text("model", done.by.model);
    members.text("deployment", done.by.deployment);
    // What came back decides, not what the record asked for first: a job may take several steps.
    assert(!done.answers.empty());
    if (std::holds_alternative<embedding>(done.answers.front())) {
        write_vectors(members, done.answers, done.route.encoding);
    } else {
        write_generations(members, done.answers, asks);
    }
    write_truncation(members, done);
    write_usage(members, done.by.used, asks);
    if (!done.by.request_id.empty()) members.text("request_id", done.by.request_id);
    members.number("attempts", static_cast<std::int64_t>(done.by.attempts));
    json_object_writer when{members.name("times")};
    when.text("read", rfc3339_text{done.times.read_ms}.view());
    when.text("answered", rfc3339_text{done.times.answered_ms}.view());
    when.close();
    if (!done.work.metadata.empty()) members.raw("metadata", done.work.metadata);
    members.close();
    return value;
}

}  // namespace pipeline
