#include "pipeline/batch_line_value.hpp"

#include <variant>

#include "pipeline/json_text.hpp"
#include "pipeline/outcome_id.hpp"
#include "pipeline/prompt_filter_text.hpp"
#include "pipeline/truncation_text.hpp"
#include "pipeline/usage_text.hpp"
#include "pipeline/vector_text.hpp"

namespace pipeline {
namespace {

constexpr int ok = 200;

void write_embeddings(json_object_writer& body, const answered_job& done)
{
    body.text("object", "list");
    auto& out = body.name("data");
    out += '[';
    std::int64_t index = 0;
    for (const auto& each : done.answers) {
        if (index > 0) out += ',';
        json_object_writer item{out};
        item.text("object", "embedding");
        item.number("index", index++);
        append_vector(item.name("embedding"), std::get<embedding>(each), done.route.encoding);
        item.close();
    }
    out += ']';
}

void write_choice(json_object_writer& item, const choice& made, config::operation asks)
{
    item.raw(asks == config::operation::chat ? member_name{"message"} : member_name{"text"}, made.content);
    if (made.finish_reason.empty()) {
        item.raw("finish_reason", "null");
    } else {
        item.text("finish_reason", made.finish_reason);
    }
    if (!made.extras.starts_with("\"logprobs\"")) item.raw("logprobs", "null");
    item.raw_members(made.extras);
}

void write_generations(json_object_writer& body, const answered_job& done)
{
    const auto asks = done.work.asks.form.asks;
    body.raw_members(std::get<generation>(done.answers.front()).envelope);
    body.text("object", asks == config::operation::chat ? "chat.completion" : "text_completion");
    auto& out = body.name("choices");
    out += '[';
    std::int64_t index = 0;
    for (const auto& each : done.answers) {
        for (const auto& made : std::get<generation>(each).choices) {
            if (index > 0) out += ',';
            json_object_writer item{out};
            item.number("index", index++);
            write_choice(item, made, asks);
            item.close();
        }
    }
    out += ']';
    write_prompt_filters(body, done.answers);
}

/// A response is asked for by one job alone, so the object that came is the body, usage included.
void write_response(json_object_writer& body, const answered_job& done)
{
    const auto& made = std::get<generation>(done.answers.front());
    body.raw_members(made.envelope);
    body.raw_members(made.choices.front().extras);
}

void write_body(json_object_writer& body, const answered_job& done)
{
    if (std::holds_alternative<embedding>(done.answers.front())) {
        write_embeddings(body, done);
    } else {
        write_generations(body, done);
    }
    body.text("model", done.by.model);
    write_usage(body, done.by.used, done.work.asks.form.asks);
}

void write_ids(json_object_writer& line, const config::route_settings& route, const record& source,
               const std::string& custom_id)
{
    const auto ours = outcome_id(route, source.from);
    line.text("id", "batch_req_" + ours);
    line.text("custom_id", custom_id.empty() ? ours : custom_id);
}

}  // namespace

std::string write_batch_line(const answered_job& done)
{
    std::string value;
    json_object_writer line{value};
    write_ids(line, done.route, done.source, done.work.id);
    json_object_writer response{line.name("response")};
    response.number("status_code", std::int64_t{ok});
    response.text("request_id", done.by.request_id);
    json_object_writer body{response.name("body")};
    if (done.work.asks.form.asks == config::operation::responses) {
        write_response(body, done);
    } else {
        write_body(body, done);
    }
    body.close();
    response.close();
    line.raw("error", "null");
    write_truncation(line, done);
    line.close();
    return value;
}

std::string write_error_line(const config::route_settings& route, const record& source,
                             const std::string& custom_id, const failure& why, const provenance& by)
{
    const auto write_error = [&](std::string& out) {
        json_object_writer error{out};
        error.text("code", why.code());
        error.text("message", why.detail());
        error.close();
    };
    std::string value;
    json_object_writer line{value};
    write_ids(line, route, source, custom_id);
    if (why.status() == 0) {
        line.raw("response", "null");
        write_error(line.name("error"));
    } else {
        json_object_writer response{line.name("response")};
        response.number("status_code", std::int64_t{why.status()});
        response.text("request_id", why.request_id().empty() ? by.request_id : why.request_id());
        json_object_writer body{response.name("body")};
        write_error(body.name("error"));
        body.close();
        response.close();
        line.raw("error", "null");
    }
    line.close();
    return value;
}

}  // namespace pipeline
