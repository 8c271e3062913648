#include "tools/simulator/reply_logprobs.hpp"

#include "tools/simulator/hash.hpp"
#include "tools/simulator/json_text.hpp"
#include "tools/simulator/token_count.hpp"

namespace simulator {
namespace {

/// -0.001 to -0.999 for the token itself, one less for each alternative.
void append_logprob(std::string& out, std::string_view token, std::size_t rank)
{
    const auto thousandths = std::to_string(1000 + text_hash(token) % 999 + 1).substr(1);
    out += "-" + std::to_string(rank) + "." + thousandths;
}

std::string alternative(std::string_view token, std::size_t rank)
{
    return std::string{token} + (rank == 0 ? "" : "~" + std::to_string(rank));
}

/// `"token","logprob","bytes"`, which tokens and their alternatives have.
void append_token(std::string& out, std::string_view token, std::size_t rank)
{
    const auto text = alternative(token, rank);
    out += R"({"token":)";
    append_quoted(out, text);
    out += R"(,"logprob":)";
    append_logprob(out, token, rank);
    out += R"(,"bytes":[)";
    for (const char each : text) {
        if (out.back() != '[') out += ',';
        out += std::to_string(static_cast<unsigned char>(each));
    }
    out += ']';
}

/// Calls `take` with each token of a text and where it begins.
void for_each_token(std::string_view text, auto take)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto token = first_tokens(text.substr(at), 1);
        take(token, at);
        at += token.size();
    }
}

void append_tokens(std::string& out, std::string_view text, std::size_t alternatives)
{
    if (text.empty()) {
        out += "null";
        return;
    }
    out += '[';
    for_each_token(text, [&](std::string_view token, std::size_t) {
        if (out.back() != '[') out += ',';
        append_token(out, token, 0);
        out += R"(,"top_logprobs":[)";
        for (std::size_t rank = 0; rank < alternatives; ++rank) {
            if (rank > 0) out += ',';
            append_token(out, token, rank);
            out += '}';
        }
        out += "]}";
    });
    out += ']';
}

void append_alternatives(std::string& out, std::string_view token, std::size_t alternatives)
{
    out += '{';
    for (std::size_t rank = 0; rank < alternatives; ++rank) {
        if (rank > 0) out += ',';
        append_quoted(out, alternative(token, rank));
        out += ':';
        append_logprob(out, token, rank);
    }
    out += '}';
}

}  // namespace

std::string chat_logprobs(std::string_view content, std::string_view refusal, std::size_t alternatives)
{
    std::string out = R"({"content":)";
    append_tokens(out, content, alternatives);
    out += R"(,"refusal":)";
    append_tokens(out, refusal, alternatives);
    return out + "}";
}

std::string response_logprobs(std::string_view text, std::size_t alternatives)
{
    std::string out;
    append_tokens(out, text, alternatives);
    return text.empty() ? "[]" : out;
}

std::string completion_logprobs(std::string_view text, std::size_t alternatives)
{
    std::string tokens;
    std::string logprobs;
    std::string top;
    std::string offsets;
    for_each_token(text, [&](std::string_view token, std::size_t at) {
        const std::string_view comma = tokens.empty() ? "" : ",";
        tokens.append(comma);
        append_quoted(tokens, token);
        logprobs.append(comma);
        append_logprob(logprobs, token, 0);
        top.append(comma);
        append_alternatives(top, token, alternatives);
        offsets.append(comma).append(std::to_string(at));
    });
    return R"({"tokens":[)" + tokens + R"(],"token_logprobs":[)" + logprobs + R"(],"top_logprobs":[)" + top +
           R"(],"text_offset":[)" + offsets + "]}";
}

}  // namespace simulator
