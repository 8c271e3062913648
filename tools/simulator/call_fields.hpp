#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <vector>

#include "tools/simulator/call.hpp"
#include "tools/simulator/json_fields.hpp"

/// The readers behind read_call: one for each operation. Problems go into the fields.
namespace simulator {

[[nodiscard]] call read_embeddings(json_fields& body, api_family family);
[[nodiscard]] call read_completions(json_fields& body);
[[nodiscard]] call read_chat(json_fields& body, std::optional<json_problem>& first);
[[nodiscard]] call read_responses(json_fields& body, api_family family, std::optional<json_problem>& first);

/// `response_format`, into the parameters.
void read_response_format(json_fields& body, chat_parameters& into, std::optional<json_problem>& first);

/// `tools`, `functions`, and what says which of them the model has to call.
[[nodiscard]] std::optional<forced_call> read_forced_call(json_fields& body,
                                                          std::optional<json_problem>& first);

/// `tools` and `tool_choice` of a request for a response.
[[nodiscard]] std::optional<forced_call> read_forced_tool(json_fields& body,
                                                          std::optional<json_problem>& first);

/// What a response says again of its request, and where the request says nothing.
[[nodiscard]] std::string repeated_members(json_fields& body, api_family family);

/// Members of chat requests that change nothing here: only checked.
void check_chat_extras(json_fields& body, std::optional<json_problem>& first);

/// `input` or `prompt`: a string, strings, token ids, or arrays of token ids.
[[nodiscard]] std::vector<input> read_inputs(json_fields& body, std::string_view name);

/// `stop`: a string or one to four of them in an array.
[[nodiscard]] std::vector<std::string> read_stop(json_fields& body);

/// `logit_bias`.
void check_bias(json_fields& body);

/// Parameters that completions and chat share and whose value changes nothing here: only checked.
void check_sampling(json_fields& body);

}  // namespace simulator
