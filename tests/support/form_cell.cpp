#include "tests/support/form_cell.hpp"

#include <string_view>

#include "config/names.hpp"

namespace tests {
namespace {

/// Where the text is: nothing for batch lines, which say it themselves.
std::string source_members(config::job_form in, config::operation asks)
{
    if (in == config::job_form::batch_line) return "";
    const std::string place = in == config::job_form::text ? "{{}}" : "/body";
    const auto text = asks == config::operation::chat
                          ? R"("messages": [{"role": "user", "content": ")" + place + R"("}], )"
                          : R"("text": ")" + place + R"(", )";
    return in == config::job_form::text ? text : text + R"("id": "/id", "metadata": ["/kind"], )";
}

std::string quoted(std::string_view name, std::string_view value)
{
    return '"' + std::string{name} + "\": \"" + std::string{value} + "\", ";
}

}  // namespace

std::string form_cell::name() const
{
    return std::string{config::name_of(in)} + " to " + std::string{config::name_of(out)} + " as " +
           std::string{config::name_of(encoding)};
}

std::string form_cell::configuration(const std::string& parameters) const
{
    const bool names_encoding =
        asks == config::operation::embeddings || encoding != config::vector_encoding::json;
    return R"({
  "kafka": {"brokers": "localhost:9092", "group": "forms"},
  "deployments": {"there": {"api": "openai", "endpoint": "https://localhost/v1", "deployment": "asked-for",
                            "model": "known-as", "max_concurrency": 8}},
  "routes": {"forms": {"from": "in", "to": "out", "dead_letters": "dead", "deployments": ["there"],
    )" + quoted("jobs", config::name_of(in)) +
           quoted("operation", config::name_of(asks)) + quoted("output", config::name_of(out)) +
           (names_encoding ? quoted("encoding", config::name_of(encoding)) : "") +
           (out == config::output_form::merge ? quoted("merge_at", "/answer") : "") +
           (out == config::output_form::batch_line ? quoted("errors", "inline") : "") +
           source_members(in, asks) + R"("parameters": )" + parameters + R"(, "headers": ["tenant"]}}
})";
}

std::vector<form_cell> all_cells(config::operation asks)
{
    std::vector<form_cell> all;
    for (const auto& in : config::names_of<config::job_form>)
        for (const auto& out : config::names_of<config::output_form>)
            for (const auto& encoding : config::names_of<config::vector_encoding>)
                all.push_back({in.value, asks, out.value, encoding.value});
    return all;
}

}  // namespace tests
