#include "worker/token_counts.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace worker {
namespace {

/// The words before the two numbers of one kind of message. A number may also stand before its words.
struct wording {
    std::string_view before_allowed;
    std::string_view before_counted;
    bool counted_comes_first = false;
};

constexpr std::array wordings{
    // "... maximum context length is 8192 tokens. However, your messages resulted in 10383 tokens"
    wording{"maximum context length is ", "resulted in "},
    // "... maximum context length is 8192 tokens, however you requested 9000 tokens (9000 in your prompt; 0
    // ..."
    wording{"maximum context length is ", "requested "},
    // "Requested 346134 tokens, max 300000 tokens per request"
    wording{"tokens, max ", "Requested ", true},
    // text-embeddings-inference: "`inputs` must have less than 512 tokens. Given: 534"
    wording{"must have less than ", "tokens. Given: "},
    // llama.cpp: "request (15022 tokens) exceeds the available context size (1024 tokens)"
    wording{"exceeds the available context size (", "request (", true},
    // llama.cpp: "input (600 tokens) is too large to process. increase ... (current batch size: 512)"
    wording{"current batch size: ", "input (", true},
    // OpenAI: "Invalid 'input': maximum context length is 8192 tokens.", and whoever else names the limit
    wording{"maximum context length is ", ""},
    wording{"is too large to process", ""},
};

std::optional<std::int64_t> number_behind(std::string_view text, std::string_view words)
{
    const auto at = words.empty() ? text.npos : text.find(words);
    if (at == text.npos) return std::nullopt;
    const auto digits = text.substr(at + words.size());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return number;
}

/// "(4100 in your prompt; 100 for the completion)", "(112946 in the messages, 10000 in the completion)":
/// what is behind the bracket is the part of the count that may be cut.
void take_off_the_answer(std::string_view behind_count, pipeline::token_counts& counts)
{
    constexpr std::string_view bracket = " tokens (";
    const auto prompt = number_behind(behind_count, bracket);
    if (!prompt || !counts.counted || *prompt < 0 || *prompt > *counts.counted) return;
    const auto answer = *counts.counted - *prompt;
    if (answer >= counts.allowed) return;
    counts.allowed -= answer;
    counts.counted = prompt;
}

}  // namespace

std::optional<pipeline::token_counts> read_token_counts(std::string_view message)
{
    for (const auto& each : wordings) {
        const auto at = message.find(each.before_allowed);
        if (at == message.npos) continue;
        pipeline::token_counts found;
        found.allowed = number_behind(message, each.before_allowed).value_or(0);
        if (each.before_counted.empty()) return found;
        const auto rest = each.counted_comes_first ? message : message.substr(at);
        found.counted = number_behind(rest, each.before_counted);
        if (!found.counted) continue;
        take_off_the_answer(rest.substr(rest.find(each.before_counted)), found);
        return found;
    }
    return std::nullopt;
}

}  // namespace worker
