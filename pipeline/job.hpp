#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "pipeline/embedding.hpp"
#include "pipeline/json_slice.hpp"
#include "pipeline/trace_context.hpp"

namespace pipeline {

/// A part of a string; empty where both are equal.
struct text_range {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] std::size_t size() const { return end - begin; }
};

/// One text, prompt or message list, ready to be written into a request: the smallest unit that is
/// grouped with others.
struct piece {
    /// A JSON string or an array of token numbers; for chat the array of messages, for responses a JSON
    /// string or the array of items. May be a slice of the record.
    json_slice json;
    /// UTF-8 bytes of the text itself, from which tokens are estimated; four for each token number.
    std::size_t text_bytes = 0;
    /// In `json` the inside of a string, or a part of it, that may be cut at its end where the whole is too
    /// long; empty where nothing may be. Of token numbers always empty, and always as many as one likes.
    text_range may_be_cut = {};
    /// Pictures, sound or files are in it, so that its bill says nothing about its text.
    bool has_media = false;
};

/// Most questions have one.
using piece_list = boost::container::small_vector<piece, 1>;

/// How the pieces of a request are written. Services take either in one request, never both.
enum class piece_form {
    text,   ///< JSON strings, the messages of a chat, or the items of a response's input
    tokens  ///< arrays of token numbers
};

/// All of a request but its pieces. Pieces of equal shape may travel in one request.
struct shape {
    config::operation asks = config::operation::embeddings;
    piece_form pieces = piece_form::text;
    /// Members of the request body beside the pieces and `model`, as one compact JSON object whose
    /// members are sorted by name, so that equal requests have equal text.
    std::string parameters = "{}";
    std::optional<std::size_t> dimensions;  ///< `dimensions` of the parameters, where present
    /// In what form vectors are asked for; it is up to the service to answer so.
    vector_text_form vectors = vector_text_form::base64;
    std::size_t choices = 1;  ///< `n` of the parameters
    /// What one piece may generate at most (max_tokens × max(n, best_of), or max_output_tokens); zero where
    /// not limited. Services charge it to the quota when the request arrives.
    config::tokens output_tokens;
    /// Bytes of what the model reads beside each piece: instructions, tools, schemas of answers.
    std::size_t prompt_bytes = 0;

    auto operator<=>(const shape&) const = default;
};

/// What one step of a procedure asks: pieces of one shape, answered together.
struct question {
    shape form;
    piece_list pieces;
};

/// A record understood; the record must outlive it.
struct job {
    std::string id;
    question asks;
    std::string wanted_model;  ///< `model` of a batch line: a deployment of the route; empty where not named
    std::string metadata;      ///< a JSON object copied into the outcome; empty where there is none
    config::time_point deadline = config::time_point::max();
    std::optional<trace_context> trace;
};

}  // namespace pipeline
