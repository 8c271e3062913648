// tests/pipeline/forms/lines.json: batch lines of every kind, and what the worker makes of them. tests/schema
// asks config/schemas/batch_input_line.schema.json about the same lines.
#include <doctest/doctest.h>

#include "pipeline/json_document.hpp"
#include "tests/pipeline/codec_cases.hpp"
#include "tests/support/config_loading.hpp"

using config::operation;

namespace {

operation operation_in(const std::string& line)
{
    if (line.find("/chat/completions") != line.npos) return operation::chat;
    if (line.find("/completions") != line.npos) return operation::completions;
    return operation::embeddings;
}

}  // namespace

TEST_CASE("the batch lines that the schema is asked about are understood, or refused with these codes")
{
    const auto text = tests::read_text(SOURCE_ROOT "/tests/pipeline/forms/lines.json");
    const auto all = pipeline::json_document::parse(text);
    REQUIRE(all.has_value());
    for (const auto& each : all->root().elements()) {
        const auto line = std::string{each.member("line").value().source()};
        CAPTURE(line);
        const auto code = each.member("code");
        const auto route = tests::route_of(config::job_form::batch_line, operation_in(line));
        CHECK(tests::refusal(tests::decode(route, line)) == (code ? std::string{code->text()} : ""));
    }
}
