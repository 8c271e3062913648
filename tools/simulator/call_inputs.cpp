#include <algorithm>

#include "tools/simulator/call_fields.hpp"
#include "tools/simulator/hash.hpp"

namespace simulator {
namespace {

bool is_token_array(const rapidjson::Value& value)
{
    return value.IsArray() && !value.Empty() &&
           std::ranges::all_of(value.GetArray(), [](const auto& id) { return id.IsUint(); });
}

input from_tokens(const rapidjson::Value& ids)
{
    auto made = make_input(json_of(ids));
    made.tokens = ids.Size();
    made.estimate = ids.Size();
    return made;
}

std::optional<input> read_input(const rapidjson::Value& value)
{
    if (value.IsString() && value.GetStringLength() > 0) {
        return make_input({value.GetString(), value.GetStringLength()});
    }
    if (is_token_array(value)) return from_tokens(value);
    return std::nullopt;
}

}  // namespace

std::vector<input> read_inputs(json_fields& body, std::string_view name)
{
    std::vector<input> inputs;
    const auto add = [&](const rapidjson::Value& value) {
        if (auto made = read_input(value)) {
            inputs.push_back(*std::move(made));
        } else {
            // The service does not say which input is empty or of the wrong type either.
            body.fail(name, "is invalid", {});
        }
    };

    const auto* given = body.require(name);
    if (given == nullptr) return inputs;
    if (!given->IsArray() || is_token_array(*given)) {
        add(*given);
        return inputs;
    }
    if (given->Empty()) body.fail(name, "is invalid", {});
    inputs.reserve(given->Size());
    for (const auto& value : given->GetArray()) add(value);
    return inputs;
}

call read_embeddings(json_fields& body, api_family family)
{
    static constexpr std::pair<std::string_view, number_encoding> encodings[] = {
        {"float", number_encoding::json}, {"base64", number_encoding::base64}};

    // The classic document allows additional members (servers in between add some), the others do not.
    if (family != api_family::azure) {
        body.allow_only({"input", "model", "dimensions", "encoding_format", "user"});
    }
    embeddings_parameters parameters;
    parameters.dimensions = body.integer("dimensions", 1, std::numeric_limits<std::int32_t>::max());
    parameters.encoding =
        body.word<number_encoding>("encoding_format", encodings).value_or(number_encoding::json);
    body.text("user");
    body.text("input_type");
    return {.model = {}, .inputs = read_inputs(body, "input"), .parameters = parameters};
}

call read_completions(json_fields& body)
{
    body.allow_only({"best_of", "echo", "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "model",
                     "n", "presence_penalty", "prompt", "seed", "stop", "stream", "stream_options", "suffix",
                     "temperature", "top_p", "user"});
    check_sampling(body);
    body.text("suffix");

    completions_parameters parameters;
    if (const auto count = body.integer("logprobs", 0, 5))
        parameters.alternatives = static_cast<std::size_t>(*count);
    const auto choices = body.integer("n", 1, 128).value_or(1);
    const auto best_of = body.integer("best_of", 0, 20);
    if (best_of && *best_of < choices) body.fail("best_of", "must be at least 'n'", "invalid_value");
    parameters.choices = static_cast<std::size_t>(choices);
    parameters.best_of = static_cast<std::size_t>(best_of.value_or(choices));
    parameters.max_tokens = static_cast<std::size_t>(body.integer("max_tokens", 0, 1'000'000).value_or(16));
    parameters.echo = body.boolean("echo").value_or(false);
    parameters.stop = read_stop(body);
    return {.model = {}, .inputs = read_inputs(body, "prompt"), .parameters = std::move(parameters)};
}

}  // namespace simulator
