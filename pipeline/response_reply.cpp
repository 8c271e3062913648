#include "pipeline/response_reply.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <string_view>
#include <utility>

#include "pipeline/json_document.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/reply_members.hpp"
#include "pipeline/reply_slots.hpp"

namespace pipeline {
namespace {

/// What is published with the text; all other members only as a whole response.
constexpr std::array<std::string_view, 3> kept_of_response{"status", "output", "content_filters"};

struct known_error {
    std::string_view code;
    errc calls_for;
};

/// Codes of failed responses that are about more than the request (OpenAI's document, ResponseErrorCode).
constexpr std::array known_errors{
    known_error{"server_error", errc::transient},
    known_error{"vector_store_timeout", errc::transient},
    known_error{"rate_limit_exceeded", errc::throttled},
    known_error{"content_filter", errc::filtered},
};

/// A word of the service that may stand in a header.
bool is_plain_word(std::string_view word)
{
    constexpr std::size_t longest = 64;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !word.empty() && word.size() <= longest && word.find_first_not_of(allowed) == word.npos;
}

/// Why a response failed. One that does not say it is taken for a fault of the service.
failure failure_of(const json_value& root)
{
    const auto error = present(root.member("error"));
    const auto code = error ? text_member(*error, "code") : std::string_view{};
    const auto message = error ? text_member(*error, "message") : std::string_view{};
    const auto* const known = std::find_if(known_errors.begin(), known_errors.end(),
                                           [&](const known_error& each) { return each.code == code; });
    auto reason = code.empty() ? errc::transient : errc::refused;
    if (known != known_errors.end()) reason = known->calls_for;
    return failure{reason, "the response failed: " + quoted_message(message)}.with_code(
        is_plain_word(code) ? std::string{code} : "response_failed");
}

/// What the messages of an output say.
struct spoken {
    std::string text;
    bool has_text = false;
    bool refused = false;
};

/// Appends the content of one message; fails where that is no content.
std::optional<failure> add_message(const json_value& message, spoken& said)
{
    const auto content = message.member("content");
    if (!content || !content->is(json_kind::array))
        return unusable("missing_answer", message.pointer() + " is a message without content");
    for (const auto& part : content->elements()) {
        const auto type = text_member(part, "type");
        said.refused |= type == "refusal";
        if (type != "output_text") continue;
        const auto text = part.member("text");
        if (!text || !text->is(json_kind::string))
            return unusable("missing_answer", part.pointer() + " has no text");
        said.text += text->text();
        said.has_text = true;
    }
    return std::nullopt;
}

result<choice> read_output(const json_value& root, bool complete)
{
    const auto output = root.member("output");
    if (!output || !output->is(json_kind::array))
        return unusable("missing_data", "the response has no array `output`");
    spoken said;
    bool has_answer = false;
    for (const auto& item : output->elements()) {
        const auto type = text_member(item, "type");
        if (type.empty()) return unusable("missing_answer", item.pointer() + " has no type");
        has_answer |= type != "reasoning";
        if (type != "message") continue;
        if (auto wrong = add_message(item, said)) return *std::move(wrong);
    }
    if (complete && !has_answer)
        return unusable("missing_answer", "the response is complete, and its output has no answer");

    choice made;
    if (said.has_text) {
        append_json_string(made.content, said.text);
    } else {
        made.content = "null";
    }
    made.refused = said.refused;
    made.extras = keep_members(root, kept_of_response);
    return made;
}

/// The members of the response that are not kept elsewhere, null or not: a reader of the whole wants all of
/// them.
std::string rest_of(const json_value& root)
{
    std::string kept;
    for (const auto& [name, value] : root.members()) {
        const auto is_name = [&](std::string_view each) { return each == name.text(); };
        const bool elsewhere = std::any_of(kept_of_response.begin(), kept_of_response.end(), is_name) &&
                               !value.is(json_kind::null);
        if (elsewhere) continue;
        if (!kept.empty()) kept += ',';
        kept += name.source();
        kept += ':';
        append_compact(kept, value);
    }
    return kept;
}

}  // namespace

result<reply> read_response_reply([[maybe_unused]] const request& ask, const std::string& body)
{
    assert(ask.pieces.size() == 1);
    const auto document = json_document::parse(body, body.size());
    if (!document) return unusable("not_json", "the reply " + document.error().detail());
    const auto root = document->root();
    const auto status = text_member(root, "status");
    if (status == "failed") return failure_of(root);
    if (const auto error = present(root.member("error"))) return error_in_200(*error);
    if (const auto object = present(root.member("object")); object && object->text() != "response")
        return unusable("missing_data", "the reply is no response");

    const bool incomplete = status == "incomplete";
    // Some servers leave the status out.
    if (!incomplete && status != "completed" && present(root.member("status")))
        return unusable("not_finished", "the response is neither completed nor incomplete");
    auto made = read_output(root, !incomplete);
    if (!made) return made.error();
    if (const auto details = root.member("incomplete_details"); incomplete && details)
        made->finish_reason = text_member(*details, "reason");

    generation one;
    one.choices.push_back(*std::move(made));
    one.envelope = rest_of(root);
    reply read;
    read.answers.emplace_back(std::move(one));
    read.used = usage_member(root, "input_tokens", "output_tokens");
    read.model = text_member(root, "model");
    return read;
}

}  // namespace pipeline
