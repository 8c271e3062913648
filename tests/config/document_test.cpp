#include "config/document.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tests {
namespace {

using config::node;

struct parsed {
    std::optional<node> root;
    std::vector<config::problem> problems;
};

parsed parse(std::string_view text)
{
    config::problem_list problems{"f", text};
    auto root = config::parse_document(text, problems);
    return {std::move(root), problems.in_order()};
}

std::string first_problem(std::string_view text)
{
    const auto result = parse(text);
    return result.problems.empty() ? "none" : config::to_string(result.problems.front());
}

}  // namespace

TEST_CASE("every value knows its kind, its text, its place and its path")
{
    const std::string text = R"({"a": [1, -2.50e1, "x"], "b": {"c": true, "d": null}, "e.f": "y"})";
    const auto result = parse(text);
    REQUIRE(result.root);
    REQUIRE(result.problems.empty());

    const auto& a = *result.root->find("a");
    CHECK(a.is == node::kind::array);
    CHECK(a.offset == text.find('['));
    REQUIRE(a.elements.size() == 3);
    CHECK(a.elements[1].text == "-2.50e1");
    CHECK(a.elements[1].offset == text.find("-2"));
    CHECK(a.elements[2].path == "a[2]");

    const auto& c = *result.root->find("b")->find("c");
    CHECK(c.truth);
    CHECK(c.path == "b.c");
    CHECK(c.offset == text.find("true"));
    CHECK(result.root->find("b")->find("d")->is == node::kind::null);
    CHECK(result.root->members[2].value.path == "[\"e.f\"]");
    CHECK(result.root->members[2].offset == text.find("\"e.f\""));
    CHECK(result.root->find("nothing") == nullptr);
}

TEST_CASE("comments and trailing commas are skipped, and places stay right")
{
    const std::string text = "// one, two: three\n{ /* a \" { */ \"a\" : /* : */ [ 1, // ]\n 2, ], }\n// end";
    const auto result = parse(text);
    REQUIRE(result.root);
    const auto& a = *result.root->find("a");
    REQUIRE(a.elements.size() == 2);
    CHECK(a.elements[0].offset == text.find("1,"));
    CHECK(a.elements[1].offset == text.find("2,"));
    CHECK(result.root->members[0].offset == text.find("\"a\""));
}

TEST_CASE("what is not JSON is refused with line, column and reason")
{
    struct row {
        std::string text;
        std::string says;
    };
    const std::vector<row> rows{
        {"", "f:1:1: the file is empty"},
        {"// only a comment", "f:1:18: the file is empty"},
        {"{\n  \"a\" 1 }", "f:2:7: expected a colon"},
        {"{\n  \"a\": 1\n  \"b\": 2 }", "f:3:3: expected a comma or }"},
        {"{ a: 1 }", "f:1:3: expected the name of a setting in double quotes"},
        {"{ \"a\": tru }", "f:1:"},
        {"[1 2]", "f:1:4: expected a comma or ]"},
        {"{} x", "f:1:4: something follows"},
        {"{ \"ä\": \"\\q\" }", "f:1:9: there is no such escape"},
        {"{ \"a\": \"x", "f:1:10: the closing quote"},
        {"{ \"a\": \"x\n}", "f:1:10: the closing quote"},
        {"{ \"a\": \"x\ty\" }", "f:1:10: a control character in a string must be escaped"},
        {"{ \"a\": \"\xFF\" }", "f:1:9: this is not valid UTF-8"},
        {"{ \"a\": \"\\ud800\" }", "f:1:9: half of a surrogate pair"},
        {"{ \"a\": 1e999 }", "out of range"},
        {"{ \"a\": 01 }", "expected a comma or }"},
        {"{ /* \"a\": 1 }", "a comment is not closed"},
        {"{ / }", "a comment is not closed, or begins with a single /"},
        {std::string{"{}\0", 3}, "f:1:3: there is a NUL byte"},
        {"{ \"a\": \"\\u0000\" }", "f:1:8: a: holds a NUL character"},
    };
    for (const auto& each : rows) {
        const auto said = first_problem(each.text);
        CHECK_MESSAGE(said.find(each.says) != std::string::npos, each.text, " says ", said);
    }
}

TEST_CASE("a nesting bomb is refused where it gets too deep")
{
    CHECK(first_problem(std::string(32, '[') + std::string(32, ']')) == "none");
    CHECK(first_problem(std::string(33, '[') + std::string(33, ']')).find("deeper than 32") !=
          std::string::npos);
    CHECK(first_problem(std::string(1'000'000, '[')).find("f:1:34: this is nested deeper") !=
          std::string::npos);
}

TEST_CASE("a member that stands twice is a problem at the second one")
{
    const auto result = parse("{\n \"a\": 1,\n \"b\": { \"c\": 1, \"c\": 2 },\n \"a\": 3\n}");
    CHECK(result.root);
    REQUIRE(result.problems.size() == 2);
    CHECK(config::to_string(result.problems[0]) == "f:3:17: b.c: is set a second time; keep one of the two");
    CHECK(config::to_string(result.problems[1]) == "f:4:2: a: is set a second time; keep one of the two");
}

TEST_CASE("columns count characters, not bytes")
{
    CHECK(first_problem("{ \"äöü€😀\": x }").starts_with("f:1:12:"));
}

TEST_CASE("a broken file shows a hundred problems and how many more there are")
{
    std::string text = "{";
    for (int i = 0; i < 150; ++i) text += "\"a\":\"\\u0000\",";
    const auto result = parse(text + "}");
    REQUIRE(result.problems.size() == 101);
    CHECK(result.problems.back().message == "199 further problems not shown");
    CHECK(config::to_string(result.problems.back()) == "f: 199 further problems not shown");
}

TEST_CASE("quoted text fits on one line of a terminal")
{
    CHECK(config::in_quotes("a\"b\\c\nd\x1B") == "\"a\\\"b\\\\c\\nd \"");
    CHECK(config::in_quotes(std::string(100, 'x')) == '"' + std::string(60, 'x') + "…\"");
    CHECK(config::in_quotes(std::string(59, 'x') + "€€") == '"' + std::string(59, 'x') + "€…\"");
}

}  // namespace tests
