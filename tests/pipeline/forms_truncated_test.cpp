// What is published for a record whose text was cut, in each form of output.
#include <doctest/doctest.h>

#include "config/names.hpp"
#include "pipeline/json_document.hpp"
#include "tests/support/form_cell.hpp"
#include "tests/support/form_run.hpp"

using config::output_form;

namespace {

/// A route of embeddings that truncates to ten tokens, 40 bytes by estimate.
struct truncating : tests::form_run {
    explicit truncating(const tests::form_cell& cell) : form_run{cell.configuration()}
    {
        deployment_settings.max_input_tokens = config::tokens{10};
        route_settings.front().long_inputs = config::long_input_rule::truncate;
    }

    /// The only message for a record with this text, or array of texts.
    pipeline::message published(const std::string& name, const tests::form_cell& cell,
                                const std::string& text)
    {
        take(cell.in == config::job_form::batch_line
                 ? R"({"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"input":)" + text + "}}"
                 : R"({"id":"a","body":)" + text + "}");
        REQUIRE(sink.published.size() == 1);
        REQUIRE(sink.published.front().messages.size() == 1);
        tests::keep_for_schemas(name, "embeddings", config::name_of(cell.out), sink.published);
        return sink.published.front().messages.front();
    }
};

/// The member `truncated` of a value, as JSON; empty where it has none.
std::string truncated_in(const pipeline::message& published)
{
    const auto document = pipeline::json_document::parse(*published.value);
    REQUIRE(document.has_value());
    const auto found = document->root().member("truncated");
    return found ? std::string{found->source()} : "";
}

const std::string one_vector =
    R"({"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]}],)"
    R"("usage":{"prompt_tokens":10,"total_tokens":10}})";

std::string long_text(std::size_t bytes) { return '"' + std::string(bytes, 'x') + '"'; }

}  // namespace

TEST_CASE("every form of output says that a text was truncated, and to how much of it")
{
    for (const auto out :
         {output_form::result, output_form::batch_line, output_form::merge, output_form::raw}) {
        const bool is_raw = out == output_form::raw;
        const tests::form_cell cell{
            .out = out,
            .encoding = is_raw ? config::vector_encoding::float32 : config::vector_encoding::json};
        CAPTURE(cell.name());
        truncating mill{cell};
        mill.answer_with(one_vector);
        const auto made = mill.published("truncated: " + cell.name(), cell, long_text(90));
        CHECK(tests::header_of(made, "batchmill-truncated") == "40/90");
        const bool has_member = out == output_form::result || out == output_form::batch_line;
        if (has_member) CHECK(truncated_in(made) == R"({"bytes":40,"of":90})");
    }
}

TEST_CASE("of several texts those are named that were truncated")
{
    const tests::form_cell cell{.out = output_form::batch_line};
    truncating mill{cell};
    mill.answer_with(one_vector);
    const auto made = mill.published("two of three truncated", cell,
                                     "[" + long_text(90) + R"(,"b",)" + long_text(50) + "]");
    CHECK(truncated_in(made) == R"([{"index":0,"bytes":40,"of":90},{"index":2,"bytes":40,"of":50}])");
    CHECK(tests::header_of(made, "batchmill-truncated") == "0:40/90 2:40/50");
}

TEST_CASE("token numbers are named as tokens")
{
    const tests::form_cell cell{.in = config::job_form::batch_line};
    truncating mill{cell};
    mill.answer_with(one_vector);
    const auto made = mill.published("tokens truncated", cell, "[1,2,3,4,5,6,7,8,9,10,11]");
    CHECK(truncated_in(made) == R"({"tokens":10,"of":11})");
    CHECK(tests::header_of(made, "batchmill-truncated") == "10/11");
}

TEST_CASE("what is not cut says nothing of it")
{
    const tests::form_cell cell;
    truncating mill{cell};
    mill.answer_with(one_vector);
    const auto made = mill.published("not truncated", cell, long_text(40));
    CHECK(truncated_in(made).empty());
    CHECK(tests::header_of(made, "batchmill-truncated").empty());
}
