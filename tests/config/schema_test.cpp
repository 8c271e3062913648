#include <doctest/doctest.h>
#include <rapidjson/schema.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/config_loading.hpp"
#include "tests/support/json_file.hpp"

namespace tests {
namespace {

const std::string schema_path = SOURCE_ROOT "/config/batchmill.schema.json";
const std::filesystem::path corpus{SOURCE_ROOT "/tests/config/corpus"};

/// The schema and its validator: what editors would say about a file.
class editor_check {
public:
    editor_check() : source_{parse_json(read_text(schema_path))}, schema_{source_} {}

    [[nodiscard]] bool accepts(const rapidjson::Value& file) const
    {
        rapidjson::SchemaValidator validator{schema_};
        return file.Accept(validator);
    }

private:
    rapidjson::Document source_;
    rapidjson::SchemaDocument schema_;
};

void collect_keywords(const rapidjson::Value& schema, std::vector<std::string>& into);

void collect_from_members(const rapidjson::Value& schemas, std::vector<std::string>& into)
{
    for (const auto& each : schemas.GetObject()) collect_keywords(each.value, into);
}

void collect_keywords(const rapidjson::Value& schema, std::vector<std::string>& into)
{
    if (!schema.IsObject()) return;
    for (const auto& each : schema.GetObject()) {
        const std::string keyword = each.name.GetString();
        into.push_back(keyword);
        if (keyword == "properties" || keyword == "definitions")
            collect_from_members(each.value, into);
        else if (each.value.IsArray())
            for (const auto& element : each.value.GetArray()) collect_keywords(element, into);
        else if (keyword != "default")
            collect_keywords(each.value, into);
    }
}

}  // namespace

TEST_CASE("the schema keeps to keywords that draft-04 and draft-07 share")
{
    // RapidJSON's validator passes keywords that it does not know in silence.
    const std::vector<std::string> shared{
        "$ref",        "$schema",       "additionalProperties",
        "allOf",       "anyOf",         "default",
        "definitions", "description",   "enum",
        "items",       "maximum",       "maxItems",
        "maxLength",   "maxProperties", "minimum",
        "minItems",    "minLength",     "minProperties",
        "not",         "pattern",       "properties",
        "required",    "title",         "type",
        "uniqueItems",
    };
    std::vector<std::string> used;
    collect_keywords(parse_json(read_text(schema_path)), used);
    CHECK(used.size() > 300);
    for (const auto& each : used)
        CHECK_MESSAGE(std::find(shared.begin(), shared.end(), each) != shared.end(), each);
}

TEST_CASE("the schema accepts the example and every good file")
{
    const editor_check editor;
    CHECK(editor.accepts(parse_json(read_text(SOURCE_ROOT "/config/batchmill.example.json"))));
    for (const auto& each : std::filesystem::directory_iterator{corpus / "good"})
        CHECK_MESSAGE(editor.accepts(parse_json(read_text(each.path().string()))),
                      each.path().filename().string());
}

TEST_CASE("the schema refuses every bad file but those that only the loader can judge")
{
    const editor_check editor;
    for (const auto& each : std::filesystem::directory_iterator{corpus / "bad"}) {
        auto path = each.path();
        if (path.extension() != ".problems") continue;
        std::istringstream lines{read_text(path.string())};
        std::string verdict;
        std::getline(lines, verdict);
        if (verdict == "schema cannot read") continue;
        const auto file = parse_json(read_text(path.replace_extension(".json").string()));
        CHECK_MESSAGE(verdict == (editor.accepts(file) ? "schema accepts" : "schema refuses"),
                      path.filename().string());
    }
}

}  // namespace tests
