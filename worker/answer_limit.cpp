#include "worker/answer_limit.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace worker {

namespace {

using namespace config::literals;

constexpr auto room = 1_MiB;  // frame, usage, filter results; and whatever an error page has to say
constexpr auto most = 512_MiB;

constexpr std::int64_t dimensions_unknown = 4096;
constexpr std::int64_t bytes_per_number = 28;   // 17 digits, exponent, comma, new line, indentation
constexpr std::int64_t bytes_per_vector = 512;  // the members beside it, and its brackets

constexpr std::int64_t tokens_unknown = 128 * 1024;
constexpr std::int64_t bytes_per_token = 32;
constexpr std::int64_t bytes_per_token_with_logprobs = 4096;  // up to twenty alternatives each
constexpr std::int64_t bytes_per_choice = 4096;
constexpr std::int64_t bytes_per_echoed_byte = 6;  // \u0000

// A job may ask for anything; the products below stay far from the end of 64 bits.
constexpr std::int64_t most_of_anything = 10'000'000;

template <class Number>
std::int64_t bounded(Number asked)
{
    return asked > Number{most_of_anything} ? most_of_anything : static_cast<std::int64_t>(asked);
}

bool has_member(const pipeline::shape& form, std::string_view name_in_quotes)
{
    return form.parameters.find(name_in_quotes) != std::string::npos;
}

std::int64_t of_vectors(const pipeline::request& ask)
{
    const auto dimensions = ask.form->dimensions ? bounded(*ask.form->dimensions) : dimensions_unknown;
    return bounded(ask.pieces.size()) * (dimensions * bytes_per_number + bytes_per_vector);
}

std::int64_t of_texts(const pipeline::request& ask)
{
    const auto& form = *ask.form;
    const auto choices = std::min<std::int64_t>(bounded(form.choices), 1024);
    const auto asked_tokens = bounded(form.output_tokens.count());
    const auto tokens = asked_tokens > 0 ? asked_tokens : tokens_unknown * choices;
    const auto per_token = has_member(form, "logprobs\"") ? bytes_per_token_with_logprobs : bytes_per_token;
    auto sum = bounded(ask.pieces.size()) * (tokens * per_token + choices * bytes_per_choice);

    if (has_member(form, "\"echo\""))
        for (const auto piece : ask.pieces) sum += bounded(piece.size()) * choices * bytes_per_echoed_byte;
    // A response repeats its instructions, tools and schemas.
    if (form.asks == config::operation::responses)
        sum += bounded(form.parameters.size()) * bytes_per_echoed_byte;
    return sum;
}

}  // namespace

config::bytes longest_answer(const pipeline::request& ask)
{
    const auto asked_for = ask.form->asks == config::operation::embeddings ? of_vectors(ask) : of_texts(ask);
    return std::min(room + config::bytes{asked_for}, most);
}

}  // namespace worker
