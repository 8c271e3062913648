#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "tools/simulator/answer_order.hpp"
#include "tools/simulator/base64.hpp"
#include "tools/simulator/embedding.hpp"
#include "tools/simulator/json_text.hpp"
#include "tools/simulator/reply.hpp"

namespace simulator {
namespace {

void append_numbers(std::string& out, const std::vector<float>& vector)
{
    out += '[';
    for (const float number : vector) {
        if (out.back() != '[') out += ',';
        if (std::isnan(number)) {
            out += "NaN";  // what servers that print with Python's json module send
        } else if (std::isinf(number)) {
            out += "1e999";
        } else {
            std::array<char, 32> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
            out.append(digits.data(), end);
        }
    }
    out += ']';
}

void append_vector(std::string& out, const std::vector<float>& vector, number_encoding encoding)
{
    switch (encoding) {
        case number_encoding::json: append_numbers(out, vector); return;
        case number_encoding::base64:
            out += '"';
            append_base64(out, vector);
            out += '"';
            return;
    }
}

number_encoding other(number_encoding encoding)
{
    return encoding == number_encoding::json ? number_encoding::base64 : number_encoding::json;
}

/// The faults of one vector. Those of all vectors have been seen to before.
void spoil(std::vector<float>& vector, vector_fault fault)
{
    switch (fault) {
        case vector_fault::none:
        case vector_fault::wrong_dimensions:
        case vector_fault::other_encoding: return;
        case vector_fault::empty: vector.clear(); return;
        case vector_fault::zero: std::ranges::fill(vector, 0.0F); return;
        case vector_fault::not_a_number: vector.back() = std::numeric_limits<float>::quiet_NaN(); return;
        case vector_fault::infinite: vector.back() = std::numeric_limits<float>::infinity(); return;
    }
}

std::size_t sent_dimensions(const embeddings_parameters& parameters, const model_limits& model,
                            vector_fault fault)
{
    const auto asked =
        parameters.dimensions ? static_cast<std::size_t>(*parameters.dimensions) : model.default_dimensions;
    return fault == vector_fault::wrong_dimensions ? asked + 1 : asked;
}

std::size_t bytes_a_number(number_encoding encoding)
{
    constexpr std::size_t base64_letters = 6;
    constexpr std::size_t json_letters = 14;
    return encoding == number_encoding::base64 ? base64_letters : json_letters;
}

}  // namespace

written_reply write_embeddings(const call& asked, const embeddings_parameters& parameters,
                               const model_limits& model, const reply_head& head,
                               const reply_trouble& trouble)
{
    const auto fault = trouble.fault.vector;
    const auto encoding =
        fault == vector_fault::other_encoding ? other(parameters.encoding) : parameters.encoding;
    const auto dimensions = sent_dimensions(parameters, model, fault);

    written_reply made;
    auto& out = made.body;
    out.reserve(asked.inputs.size() * (dimensions * bytes_a_number(encoding) + 64) + 256);
    out += R"({"object":"list","data":[)";

    std::vector<float> vector;
    for (const auto& slot : arrange(asked.inputs.size(), trouble.fault)) {
        const auto& input = asked.inputs[slot.position];
        vector.resize(dimensions);
        embed(input.text, vector);
        if (slot.position == trouble.target) spoil(vector, fault);

        if (out.back() != '[') out += ',';
        out += R"({"object":"embedding",)";
        if (slot.index) {
            out += R"("index":)";
            append_number(out, *slot.index);
            out += ',';
        }
        out += R"("embedding":)";
        append_vector(out, vector, encoding);
        out += '}';
        made.inputs.push_back(input.hash);
    }

    for (const auto& each : asked.inputs) made.billed_tokens += each.tokens;
    out += R"(],"model":)";
    append_quoted(out, head.model);
    if (!trouble.fault.without_usage) {
        const auto tokens = std::to_string(made.billed_tokens);
        out += R"(,"usage":{"prompt_tokens":)" + tokens + R"(,"total_tokens":)" + tokens + "}";
    }
    out += '}';
    return made;
}

}  // namespace simulator
