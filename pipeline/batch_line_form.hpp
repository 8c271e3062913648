#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"

/// Understands the input line of the OpenAI and Azure Batch APIs:
/// {"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{...}}.
/// `line` is an object; `asks` is what the route does, and a line that asks for anything else is refused.
namespace pipeline {

/// The pieces of a batch line's body and how they are written.
struct batch_line_pieces {
    piece_form form = piece_form::text;
    piece_list pieces;
};

/// Checks the frame: method, url, and that nothing is asked that a batch worker cannot give.
/// Returns the body, an object.
[[nodiscard]] result<json_value> batch_line_body(const json_value& line, config::operation asks);

/// custom_id, a string with something in it.
[[nodiscard]] result<std::string> batch_line_id(const json_value& line);

/// body.model, empty where it is not named.
[[nodiscard]] result<std::string> batch_line_model(const json_value& body);

/// `input` or `prompt`: a string, an array of strings, an array of token numbers, or an array of such arrays.
/// `messages`: an array of objects with a role, passed on as it is. `input` of responses: a string, or an
/// array of items, each an object with a role or a type, passed on as it is.
[[nodiscard]] result<batch_line_pieces> read_batch_line_pieces(const json_value& body,
                                                               config::operation asks);

}  // namespace pipeline
