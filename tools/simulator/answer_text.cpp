#include "tools/simulator/answer_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "tools/simulator/hash.hpp"
#include "tools/simulator/json_text.hpp"
#include "tools/simulator/schema_sample.hpp"
#include "tools/simulator/token_count.hpp"

namespace simulator {
namespace {

constexpr std::size_t words_quoted = 12;

std::string hexadecimal(std::uint64_t value)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    return {digits.data(), end};
}

std::string_view first_words(std::string_view text)
{
    std::size_t at = 0;
    for (std::size_t words = 0; at < text.size() && words < words_quoted; ++words) {
        at = std::min(text.find(' ', at + 1), text.size());
    }
    // A text without spaces is cut too, at a boundary that keeps it UTF-8.
    return first_tokens(text.substr(0, at), 4 * words_quoted);
}

std::uint64_t fingerprint(const chat_parameters& asked, std::size_t choice)
{
    std::uint64_t hash = choice;
    for (const auto& each : asked.messages) {
        hash = mixed(hash ^ text_hash(each.role));
        hash = mixed(hash ^ text_hash(each.text));
    }
    return hash;
}

std::string_view last_user_text(const chat_parameters& asked)
{
    const auto found = std::find_if(asked.messages.rbegin(), asked.messages.rend(),
                                    [](const chat_message& each) { return each.role == "user"; });
    return found == asked.messages.rend() ? std::string_view{} : found->text;
}

std::string roles(const chat_parameters& asked)
{
    std::string list;
    for (const auto& each : asked.messages) {
        if (!list.empty()) list += ", ";
        list += each.role;
    }
    return list;
}

void end_at_stop(std::string& text, std::size_t from, const std::vector<std::string>& stop)
{
    for (const auto& sequence : stop) {
        if (sequence.empty()) continue;
        if (const auto at = text.find(sequence, from); at != std::string::npos) text.resize(at);
    }
}

generated_text limited(std::string text, std::size_t limit)
{
    const auto kept = first_tokens(text, limit).size();
    const bool cut = kept < text.size();
    text.resize(kept);
    const auto tokens = count_tokens(text);
    return {.text = std::move(text), .tokens = tokens, .cut = cut};
}

generated_text forced_answer(const forced_call& call, const std::string& print)
{
    auto text = call.kind == tool_kind::custom ? print : sample_of(call.schema, print);
    const auto tokens = count_tokens(text);
    return {.text = std::move(text), .tokens = tokens, .cut = false};
}

}  // namespace

generated_text chat_answer(const chat_parameters& asked, std::size_t choice)
{
    const auto count = std::to_string(asked.messages.size());
    const auto print = hexadecimal(fingerprint(asked, choice));
    if (asked.forced) return forced_answer(*asked.forced, "fingerprint " + print);
    const std::string begins{first_words(last_user_text(asked))};

    std::string text;
    if (!asked.schema.empty()) {
        text = sample_of(asked.schema, "fingerprint " + print);
    } else if (asked.json_object) {
        text = R"({"messages":)" + count + R"(,"roles":)" + in_quotes(roles(asked)) + R"(,"fingerprint":")" +
               print + R"(","begins":)" + in_quotes(begins) + "}";
    } else {
        text = "I read " + count + " messages (" + roles(asked) + "), fingerprint " + print +
               ". The last one of the user begins: " + begins;
    }
    end_at_stop(text, 0, asked.stop);
    const auto limit = asked.max_tokens.value_or(text.size());
    return limited(std::move(text), limit);
}

generated_text completion_answer(const input& prompt, const completions_parameters& asked, std::size_t choice)
{
    auto text = " " + hexadecimal(mixed(prompt.hash ^ choice)) + " continues: ";
    text += first_words(prompt.text);
    end_at_stop(text, 0, asked.stop);
    auto made = limited(std::move(text), asked.max_tokens);
    if (asked.echo) made.text.insert(0, prompt.text);
    return made;
}

}  // namespace simulator
