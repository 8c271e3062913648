#include "pipeline/request_codec.hpp"

#include <cassert>

#include "pipeline/json_document.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/request_parameters.hpp"

namespace pipeline {
namespace {

/// Services keep responses for weeks unless they are told not to.
bool asks_to_forget(const shape& form)
{
    if (form.asks != config::operation::responses) return false;
    const auto parameters = json_document::parse(form.parameters);
    return !parameters || !parameters->root().member("store");
}

/// All of the body but the pieces and the closing brace.
void write_frame(std::string& body, const shape& form, std::string_view model, auto write_pieces)
{
    json_object_writer members{body};
    if (!model.empty()) members.text("model", model);
    write_pieces(members.any_name(pieces_member(form.asks)));
    if (asks_for_base64(form)) members.text("encoding_format", "base64");
    if (asks_to_forget(form)) members.raw("store", "false");
    assert(form.parameters.starts_with('{') && form.parameters.ends_with('}'));
    members.raw_members(std::string_view{form.parameters}.substr(1, form.parameters.size() - 2));
    members.close();
}

}  // namespace

// Numbers are what services send where nothing is said.
bool asks_for_base64(const shape& form)
{
    return form.asks == config::operation::embeddings && form.vectors == vector_text_form::base64;
}

std::string write_request(const request& ask, std::string_view model)
{
    const auto& form = *ask.form;
    assert(!ask.pieces.empty());
    assert(!has_one_piece(form.asks) || ask.pieces.size() == 1);

    std::size_t size = request_overhead(form, model);
    for (const auto& each : ask.pieces) size += each.size() + 1;
    std::string body;
    body.reserve(size);
    write_frame(body, form, model, [&](std::string& out) {
        if (ask.pieces.size() == 1) {
            out += ask.pieces.front();
            return;
        }
        out += '[';
        for (const auto& each : ask.pieces) {
            out += each;
            out += ',';
        }
        out.back() = ']';
    });
    return body;
}

std::size_t request_overhead(const shape& form, std::string_view model)
{
    std::string frame;
    write_frame(frame, form, model, [](std::string& out) { out += "[]"; });
    return frame.size();
}

}  // namespace pipeline
