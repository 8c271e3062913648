#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <variant>

#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/reply_codec.hpp"
#include "pipeline/utf8.hpp"
#include "pipeline/vector_text.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using config::operation;

bool is_json(const std::string& text)
{
    return pipeline::json_document::parse(text, text.size()).has_value();
}

void check(const pipeline::embedding& vector, const pipeline::shape& form)
{
    std::string published;
    pipeline::append_vector(published, vector, config::vector_encoding::json);
    EXPECT(is_json(published));
    EXPECT(!vector.values().empty());
    EXPECT(vector.values().size() == vector.dimensions());
    EXPECT(!form.dimensions || vector.dimensions() == *form.dimensions);
    EXPECT(std::all_of(vector.values().begin(), vector.values().end(),
                       [](float each) { return std::isfinite(each); }));
}

void check(const pipeline::generation& made, const pipeline::shape& form)
{
    EXPECT(made.choices.size() == form.choices);
    for (const auto& each : made.choices) {
        EXPECT(is_json(each.content));
        EXPECT(is_json('{' + each.extras + '}'));
    }
    EXPECT(is_json('{' + made.envelope + '}'));
    EXPECT(made.prompt_filter.empty() || is_json(made.prompt_filter));
}

void check(const pipeline::request& ask, const pipeline::result<pipeline::reply>& read)
{
    if (!read) {
        // A response may say itself that it failed, and why.
        EXPECT(read.error().reason() == pipeline::errc::transient || ask.form->asks == operation::responses);
        EXPECT(!read.error().code().empty());
        EXPECT(!pipeline::first_invalid_utf8(read.error().detail()));
        return;
    }
    EXPECT(read->answers.size() == ask.pieces.size());
    EXPECT(!pipeline::first_invalid_utf8(read->model));
    EXPECT(read->used.total_tokens >= 0);
    for (const auto& each : read->answers)
        std::visit([&](const auto& answer) { check(answer, *ask.form); }, each);
}

void read_as(operation asks, std::size_t pieces, std::size_t choices, const std::string& body)
{
    pipeline::shape form;
    form.asks = asks;
    form.choices = choices;
    if (pieces > 1) form.dimensions = 2;
    const pipeline::request ask{&form, std::vector<std::string_view>(pieces, "\"x\"")};
    check(ask, pipeline::read_reply(ask, pipeline::shared_bytes::copy_of(body)));
}

}  // namespace

/// Whatever a server sends: either one checked answer for each piece, or a failure with a code.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string body{reinterpret_cast<const char*>(data), size};
    read_as(operation::embeddings, 1, 1, body);
    read_as(operation::embeddings, 2, 1, body);
    read_as(operation::completions, 1, 1, body);
    read_as(operation::completions, 2, 2, body);
    read_as(operation::chat, 1, 1, body);
    read_as(operation::responses, 1, 1, body);
    return 0;
}
