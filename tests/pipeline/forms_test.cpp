// The table "Every form, and its test" of docs/formats.md: one test case for each operation, one subcase for
// each of its cells. A cell that can be is run from the record to the message, and everything that is
// published is compared; of one that cannot be the configuration has to say why.
#include <doctest/doctest.h>

#include "config/names.hpp"
#include "tests/support/config_loading.hpp"
#include "tests/support/form_cell.hpp"
#include "tests/support/form_exchange.hpp"
#include "tests/support/form_run.hpp"
#include "tests/support/form_table.hpp"

using config::job_form;
using config::operation;
using config::output_form;
using tests::form_cell;
using tests::form_exchange;
using tests::form_run;
using tests::with_vectors;

namespace {

/// The record that asks for an exchange in the form of the cell.
std::string record_of(const form_cell& cell, const form_exchange& said)
{
    switch (cell.in) {
        case job_form::batch_line:
            return R"({"custom_id":"doc-17","method":"POST","url":"/v1/)" +
                   std::string{cell.asks == operation::chat ? "chat/completions"
                                                            : config::name_of(cell.asks)} +
                   R"(","body":)" + said.line + "}";
        case job_form::record: return R"({"id":"doc-17","body":)" + said.text + R"(,"kind":"seat"})";
        case job_form::text: return said.text.substr(1, said.text.size() - 2);
    }
    return "";
}

std::string id_in(const form_cell& cell) { return cell.in == job_form::text ? "forms/in/0/0" : "doc-17"; }

/// What is published as numbers is asked for as numbers, which is what services send where nothing is said.
std::string request_expected(const form_cell& cell, const form_exchange& said)
{
    const bool as_bytes = said.vectors() > 0 && cell.encoding != config::vector_encoding::json;
    if (!as_bytes) return said.request;
    return said.request.substr(0, said.request.size() - 1) + R"(,"encoding_format":"base64"})";
}

std::string value_expected(const form_cell& cell, const form_exchange& said)
{
    const auto metadata = cell.in == job_form::record ? R"(,"metadata":{"kind":"seat"})" : "";
    const auto members = said.result.substr(1, said.result.size() - 2);
    switch (cell.out) {
        case output_form::result:
            return R"({"id":")" + id_in(cell) + R"(","route":"forms","operation":")" +
                   std::string{config::name_of(cell.asks)} + R"(","model":"known-as","deployment":"there",)" +
                   with_vectors(members, cell.encoding) +
                   R"(,"request_id":"request-1","attempts":1,"times":{"read":"TIME","answered":"TIME"})" +
                   metadata + "}";
        case output_form::batch_line:
            return R"({"id":"batch_req_forms/in/0/0","custom_id":")" + id_in(cell) +
                   R"(","response":{"status_code":200,"request_id":"request-1","body":)" +
                   with_vectors(said.response, cell.encoding) + R"(},"error":null})";
        case output_form::merge: {
            const auto record = record_of(cell, said);
            return record.substr(0, record.size() - 1) + R"(,"answer":)" +
                   with_vectors(said.merged, cell.encoding) + "}";
        }
        case output_form::raw: return tests::vector_bytes(said.vectors(), cell.encoding);
    }
    return "";
}

std::string headers_expected(const form_cell& cell, const form_exchange& said)
{
    std::vector<std::string> all{
        "batchmill-deployment: there",
        "batchmill-format: 1",
        "batchmill-model: known-as",
        "batchmill-outcome-id: forms/in/0/0",
        "batchmill-route: forms",
        "batchmill-source-timestamp: 1700000000000",
        "batchmill-source: in/0/0",
        "tenant: blue",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };
    if (said.vectors() > 0) all.emplace_back("batchmill-dimensions: 3");
    if (cell.out == output_form::raw) {
        all.insert(
            all.end(),
            {"batchmill-attempts: 1", "batchmill-encoding: " + std::string{name_of(cell.encoding)},
             "batchmill-id: " + id_in(cell), "batchmill-prompt-tokens: " + std::to_string(3 * said.vectors()),
             "batchmill-request-id: request-1", "batchmill-time: TIME"});
        if (said.vectors() > 1) all.emplace_back("batchmill-vectors: " + std::to_string(said.vectors()));
        if (cell.in == job_form::record) all.emplace_back(R"(batchmill-metadata: {"kind":"seat"})");
        if (cell.encoding == config::vector_encoding::int8)
            all.push_back("batchmill-scale: " + tests::vector_scales(said.vectors()));
    }
    return tests::sorted_lines(std::move(all));
}

/// Job in, request out, reply in, message out.
void run_cell(const form_cell& cell, const form_exchange& said)
{
    INFO(said.name);
    form_run mill{cell.configuration(cell.in == job_form::batch_line ? "{}" : said.parameters)};
    mill.answer_with(said.reply);
    mill.take(record_of(cell, said));

    REQUIRE(mill.requests.size() == 1);
    CHECK(mill.requests.front() == request_expected(cell, said));
    REQUIRE(mill.sink.published.size() == 1);
    CHECK(mill.source.closed.size() == 1);
    const auto& end = mill.sink.published.front();
    CHECK(end.how == pipeline::ending::result);
    REQUIRE(end.messages.size() == 1);
    const auto& message = end.messages.front();
    CHECK(message.topic == "out");
    CHECK(message.key == "key");
    CHECK(form_run::value_of(message) == value_expected(cell, said));
    CHECK(form_run::headers_of(message) == headers_expected(cell, said));
    tests::keep_for_schemas(cell.name() + ": " + said.name, config::name_of(cell.asks),
                            config::name_of(cell.out), mill.sink.published);
}

/// Every cell of an operation: what the table says of it is what the program does with it.
void run_cells(operation asks)
{
    const auto exchanges = tests::exchanges_of(asks);
    for (const auto& cell : tests::all_cells(asks)) {
        const auto name = cell.name();
        DOCTEST_SUBCASE(name.c_str())
        {
            const auto stands = tests::cell_in_table(cell);
            INFO(stands);
            const auto problems = tests::problems_of(cell.configuration());
            if (!problems.empty()) {
                CHECK(stands == tests::refused_cell(cell, problems.front()));
                continue;
            }
            CHECK(stands == tests::tested_cell(cell));
            for (const auto& said : exchanges) {
                const bool is_array = said.text.starts_with('[');
                if (!is_array || cell.in != job_form::text) run_cell(cell, said);
            }
        }
    }
}

}  // namespace

TEST_CASE("every form of embeddings") { run_cells(operation::embeddings); }
TEST_CASE("every form of completions") { run_cells(operation::completions); }
TEST_CASE("every form of chat") { run_cells(operation::chat); }
TEST_CASE("every form of responses") { run_cells(operation::responses); }

TEST_CASE("the tables of the forms have a row for each way in and out, and none beside them")
{
    for (const auto& asks : config::names_of<operation>) {
        std::vector<std::string> wanted;
        for (const auto& in : config::names_of<job_form>)
            for (const auto& out : config::names_of<output_form>)
                wanted.push_back('`' + std::string{in.name} + "` to `" + std::string{out.name} + '`');
        CHECK(tests::rows_in_table(asks.value) == wanted);
    }
}
