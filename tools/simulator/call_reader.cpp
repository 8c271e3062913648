#include "tools/simulator/call_reader.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "tools/simulator/call_fields.hpp"
#include "tools/simulator/hash.hpp"
#include "tools/simulator/token_count.hpp"

namespace simulator {
namespace {

/// Eight bytes at a time.
bool is_ascii(std::string_view text)
{
    std::uint64_t seen = 0;
    for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        seen |= word;
    }
    for (const char letter : text) seen |= static_cast<unsigned char>(letter);
    return (seen & 0x8080808080808080ULL) == 0;
}

/// In place. ASCII needs no check of its encoding, which goes letter by letter and costs more than all
/// the rest of parsing.
void parse(rapidjson::Document& document, std::string& body)
{
    constexpr unsigned flags = rapidjson::kParseIterativeFlag;
    constexpr std::size_t widest_load = 16;
    const bool ascii = is_ascii(body);
    // RapidJSON loads whole SSE registers, also where the text ends within one.
    body.append(widest_load, '\0');
    if (ascii) {
        document.ParseInsitu<flags>(body.data());
    } else {
        document.ParseInsitu<flags | rapidjson::kParseValidateEncodingFlag>(body.data());
    }
}

call read_operation(operation asks, json_fields& body, api_family family, std::optional<json_problem>& first)
{
    switch (asks) {
        case operation::embeddings: return read_embeddings(body, family);
        case operation::completions: return read_completions(body);
        case operation::chat: return read_chat(body, first);
        case operation::responses: return read_responses(body, family, first);
    }
    return {};
}

}  // namespace

input make_input(std::string text)
{
    input made{.text = std::move(text)};
    made.tokens = count_tokens(made.text);
    made.estimate = quick_estimate(made.text);
    made.hash = text_hash(made.text);
    return made;
}

std::variant<call, api_error> read_call(const route& where, std::string body)
{
    // A zero byte would end the text for the parser, and hide what stands behind it.
    const bool is_text = body.find('\0') == std::string::npos;
    rapidjson::Document document;
    parse(document, body);
    if (!is_text || document.HasParseError()) {
        return api_error{
            .message = "We could not parse the JSON body of your request.", .code = {}, .param = {}};
    }
    std::optional<json_problem> problem;
    json_fields fields{document, {}, problem};
    auto understood = read_operation(where.asks, fields, where.family, problem);
    if (const auto model = fields.text("model")) understood.model = *model;
    if (where.deployment.empty() && understood.model.empty()) {
        fields.fail("model", "is missing", "missing_required_parameter");
    }
    if (problem) {
        return api_error{.message = "Invalid request: " + problem->message + ".",
                         .code = problem->code,
                         .param = problem->path};
    }
    return understood;
}

std::vector<std::string> read_stop(json_fields& body)
{
    constexpr rapidjson::SizeType most = 4;
    const auto* stop = body.find("stop");
    if (stop == nullptr) return {};
    if (stop->IsString()) return {stop->GetString()};
    if (!stop->IsArray() || stop->Empty() || stop->Size() > most) {
        body.fail("stop", "must be a string or one to four strings", "invalid_type");
        return {};
    }
    std::vector<std::string> sequences;
    for (const auto& each : stop->GetArray()) {
        if (!each.IsString()) {
            body.fail("stop", "must hold strings", "invalid_type");
            break;
        }
        sequences.emplace_back(each.GetString(), each.GetStringLength());
    }
    return sequences;
}

void check_bias(json_fields& body)
{
    constexpr int most = 100;
    const auto* bias = body.find("logit_bias");
    if (bias == nullptr) return;
    if (!bias->IsObject()) {
        body.fail("logit_bias", "must be an object", "invalid_type");
        return;
    }
    for (const auto& each : bias->GetObject()) {
        if (!each.value.IsInt() || each.value.GetInt() < -most || each.value.GetInt() > most)
            body.fail("logit_bias", "must hold integers from -100 to 100", "invalid_value");
    }
}

void check_sampling(json_fields& body)
{
    body.number("temperature", 0, 2);
    body.number("top_p", 0, 1);
    body.number("presence_penalty", -2, 2);
    body.number("frequency_penalty", -2, 2);
    body.integer("seed", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    body.text("user");
    check_bias(body);
    if (body.boolean("stream").value_or(false)) {
        body.fail("stream", "is not supported by the simulator", "unsupported_value");
    }
}

}  // namespace simulator
