#include "pipeline/batch_line_form.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "pipeline/malformed.hpp"
#include "pipeline/record_text.hpp"
#include "pipeline/request_parameters.hpp"
#include "pipeline/token_estimate.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {
namespace {

std::optional<config::operation> operation_of(std::string_view url)
{
    if (url.starts_with("/v1/")) url.remove_prefix(std::string_view{"/v1"}.size());
    if (url == "/embeddings") return config::operation::embeddings;
    if (url == "/completions") return config::operation::completions;
    if (url == "/chat/completions") return config::operation::chat;
    if (url == "/responses") return config::operation::responses;
    return std::nullopt;
}

std::string_view url_of(config::operation asks)
{
    switch (asks) {
        case config::operation::embeddings: return "/v1/embeddings";
        case config::operation::completions: return "/v1/completions";
        case config::operation::chat: return "/v1/chat/completions";
        case config::operation::responses: return "/v1/responses";
    }
    return "";
}

result<json_value> required(const json_value& object, std::string_view name, json_kind kind)
{
    const auto found = object.member(name);
    if (!found) return missing_member(object.pointer() + '/' + std::string{name}, name_of(kind));
    if (!found->is(kind)) return wrong_type(*found, name_of(kind));
    return *found;
}

/// Appends one array of token numbers.
std::optional<failure> add_tokens(const json_value& array, piece_list& pieces)
{
    if (!array.is(json_kind::array)) return wrong_type(array, "an array of token numbers");
    const auto tokens = array.elements();
    if (tokens.empty()) return malformed("empty_array", place_of(array) + " is an array without tokens");
    for (const auto& each : tokens) {
        if (!each.is(json_kind::number)) return wrong_type(each, "a token number");
        if (each.integer().value_or(-1) < 0)
            return malformed("out_of_range", place_of(each) + " is not a token number");
    }
    auto& added = pieces.emplace_back();
    added.json = json_slice{compact(array)};
    added.text_bytes = tokens.size() * bytes_per_token;
    return std::nullopt;
}

result<batch_line_pieces> read_array(const json_value& array)
{
    batch_line_pieces found;
    const auto elements = array.elements();
    if (elements.empty() || elements.front().is(json_kind::string)) {
        auto texts = text_pieces(array);
        if (!texts) return texts.error();
        found.pieces = *std::move(texts);
        return found;
    }
    found.form = piece_form::tokens;
    if (elements.front().is(json_kind::number)) {
        if (auto wrong = add_tokens(array, found.pieces)) return *std::move(wrong);
        return found;
    }
    if (!elements.front().is(json_kind::array))
        return wrong_type(elements.front(), "a text or a token number");
    if (elements.size() > max_texts)
        return malformed("too_many_texts", place_of(array) + " has more than " + std::to_string(max_texts));
    for (const auto& each : elements)
        if (auto wrong = add_tokens(each, found.pieces)) return *std::move(wrong);
    return found;
}

/// Members whose strings are pictures, sound or files in base64, or addresses of such: no text.
bool holds_media(std::string_view name)
{
    return name == "image_url" || name == "input_audio" || name == "file" || name == "file_data" ||
           name == "file_url";
}

/// Adds what the strings of a value, except media, have to what is known of the piece.
void measure_texts(const json_value& value, piece& into)
{
    into.text_bytes += value.text().size();
    for (const auto& each : value.elements()) measure_texts(each, into);
    for (const auto& each : value.members()) {
        if (holds_media(each.name.text()))
            into.has_media = true;
        else
            measure_texts(each.value, into);
    }
}

std::optional<failure> check_content(const json_value& item)
{
    const auto content = item.member("content");
    if (!content) return std::nullopt;  // an assistant's message may consist of tool calls
    switch (content->kind()) {
        case json_kind::null:
        case json_kind::string:
        case json_kind::array: return std::nullopt;
        case json_kind::boolean:
        case json_kind::number:
        case json_kind::object: break;
    }
    return wrong_type(*content, "a text or an array of parts");
}

/// All of an array as one piece.
batch_line_pieces as_one_piece(const json_value& array)
{
    batch_line_pieces found;
    auto& only = found.pieces.emplace_back();
    only.json = json_slice{compact(array)};
    measure_texts(array, only);
    return found;
}

result<batch_line_pieces> read_messages(const json_value& messages)
{
    const auto all = messages.elements();
    if (all.empty()) return malformed("empty_array", place_of(messages) + " is an array without messages");
    for (const auto& each : all) {
        if (!each.is(json_kind::object)) return wrong_type(each, "a message");
        const auto role = required(each, "role", json_kind::string);
        if (!role) return role.error();
        if (auto wrong = check_content(each)) return *std::move(wrong);
    }
    return as_one_piece(messages);
}

/// The input of a response: messages, and items of other types, such as outputs of tools.
result<batch_line_pieces> read_items(const json_value& items)
{
    const auto all = items.elements();
    if (all.empty()) return malformed("empty_array", place_of(items) + " is an array without items");
    for (const auto& each : all) {
        if (!each.is(json_kind::object)) return wrong_type(each, "an item");
        // A message need not say that it is one.
        const auto type = required(each, each.member("type") ? "type" : "role", json_kind::string);
        if (!type) return type.error();
        if (auto wrong = check_content(each)) return *std::move(wrong);
    }
    return as_one_piece(items);
}

/// Nothing where a member is absent, null or false.
std::optional<failure> refuse_true(const json_value& body, std::string_view name, std::string code)
{
    const auto found = body.member(name);
    if (!found || found->is(json_kind::null)) return std::nullopt;
    if (!found->is(json_kind::boolean)) return wrong_type(*found, "a boolean");
    if (found->source() == "false") return std::nullopt;
    return malformed(std::move(code),
                     std::string{name} + ": true at " + found->pointer() + " is not supported; leave it out");
}

/// Answers are waited for and published whole.
std::optional<failure> check_delivery(const json_value& body, config::operation asks)
{
    if (auto wrong = refuse_true(body, "stream", "stream_refused")) return wrong;
    if (asks != config::operation::responses) return std::nullopt;
    return refuse_true(body, "background", "background_refused");
}

}  // namespace

result<json_value> batch_line_body(const json_value& line, config::operation asks)
{
    const auto method = required(line, "method", json_kind::string);
    if (!method) return method.error();
    if (method->text() != "POST") return malformed("wrong_method", "/method is something else than POST");

    const auto url = required(line, "url", json_kind::string);
    if (!url) return url.error();
    if (operation_of(url->text()) != asks)
        return malformed("wrong_url", "/url is something else than " + std::string{url_of(asks)} +
                                          ", which this route is for");

    auto body = required(line, "body", json_kind::object);
    if (!body) return body.error();
    if (auto wrong = check_delivery(*body, asks)) return *std::move(wrong);
    return body;
}

result<std::string> batch_line_id(const json_value& line)
{
    const auto id = required(line, "custom_id", json_kind::string);
    if (!id) return id.error();
    if (is_blank(id->text())) return malformed("empty_id", "an empty id at /custom_id");
    return std::string{id->text()};
}

result<std::string> batch_line_model(const json_value& body)
{
    const auto model = body.member("model");
    if (!model || model->is(json_kind::null)) return std::string{};
    if (!model->is(json_kind::string)) return wrong_type(*model, "a model's name");
    return std::string{model->text()};
}

result<batch_line_pieces> read_batch_line_pieces(const json_value& body, config::operation asks)
{
    const auto name = pieces_member(asks);
    if (asks == config::operation::chat) {
        const auto messages = required(body, name, json_kind::array);
        if (!messages) return messages.error();
        return read_messages(*messages);
    }
    const auto found = body.member(name);
    if (!found)
        return missing_member(body.pointer() + '/' + std::string{name}, "a text or an array of texts");
    if (found->is(json_kind::array))
        return asks == config::operation::responses ? read_items(*found) : read_array(*found);
    if (!found->is(json_kind::string)) return wrong_type(*found, "a text or an array of texts");
    auto only = text_piece(*found);
    if (!only) return only.error();
    batch_line_pieces single;
    single.pieces.push_back(*std::move(only));
    return single;
}

}  // namespace pipeline
