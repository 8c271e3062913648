#include "config/text_template.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tests {
namespace {

using config::template_segment;
using config::text_template;

template_segment literal(std::string text) { return {template_segment::kind::literal, std::move(text)}; }
template_segment whole() { return {template_segment::kind::whole, {}}; }
template_segment pointer(std::string text) { return {template_segment::kind::pointer, std::move(text)}; }

text_template parsed(const std::string& text)
{
    auto result = text_template::parse(text);
    REQUIRE_MESSAGE(std::holds_alternative<text_template>(result), text);
    return std::get<text_template>(std::move(result));
}

config::text_error refused(const std::string& text)
{
    auto result = text_template::parse(text);
    REQUIRE_MESSAGE(std::holds_alternative<config::text_error>(result), text);
    return std::get<config::text_error>(std::move(result));
}

}  // namespace

TEST_CASE("a template is literal text and pointers in order")
{
    struct row {
        std::string text;
        std::vector<template_segment> segments;
    };
    const std::vector<row> rows{
        {"{{/title}}\n\n{{/body}}", {pointer("/title"), literal("\n\n"), pointer("/body")}},
        {"{{/a}}{{/b}}", {pointer("/a"), pointer("/b")}},
        {"Summarise: {{/text}}.", {literal("Summarise: "), pointer("/text"), literal(".")}},
        {"{{ /spaced }}", {pointer("/spaced")}},
        {"{{/a~1b/0}}", {pointer("/a~1b/0")}},
        {"You are brief.", {literal("You are brief.")}},
        {"{{{{name}}", {literal("{{name}}")}},
        {"a {{{{ b {{/c}}", {literal("a {{ b "), pointer("/c")}},
        {"/{{/a}}", {literal("/"), pointer("/a")}},
        {"one } and }} are text", {literal("one } and }} are text")}},
        {"{{}}", {whole()}},
        {"a {{ }}{{}}", {literal("a "), whole(), whole()}},
        {"", {}},
    };
    for (const auto& each : rows) {
        const auto made = parsed(each.text);
        CHECK_MESSAGE(made.segments() == each.segments, each.text);
        CHECK_FALSE(made.is_pointer());
    }
}

TEST_CASE("text that begins with a slash and has no braces is a pointer")
{
    const auto made = parsed("/body/0");
    CHECK(made.is_pointer());
    CHECK(made.segments() == std::vector{pointer("/body/0")});
    CHECK_FALSE(parsed("{{/body}}").is_pointer());
}

TEST_CASE("a template knows whether it reads the record")
{
    CHECK(parsed("/body").depends_on_record());
    CHECK(parsed("a {{/b}}").depends_on_record());
    CHECK(parsed("a {{}}").depends_on_record());
    CHECK_FALSE(parsed("body").depends_on_record());
    CHECK_FALSE(parsed("").depends_on_record());
}

TEST_CASE("a faulty template is refused with the place and what to write")
{
    struct row {
        std::string text;
        std::size_t offset;
        std::string says;
    };
    const std::vector<row> rows{
        {"abc {{/title", 4, "without }}"}, {"{{title}}", 0, "write {{/title}}"},
        {"ab{{c}}", 2, "write {{/c}}"},    {"{{/a~2}}", 4, "RFC 6901"},
        {"/a/b~", 4, "RFC 6901"},          {"{{{/a}}}", 0, "write {{/{/a}}"},
        {"{{/ok}} {{ /x~y }}", 13, "~0"},
    };
    for (const auto& each : rows) {
        const auto error = refused(each.text);
        CHECK_MESSAGE(error.offset == each.offset, each.text);
        CHECK_MESSAGE(error.message.find(each.says) != std::string::npos, error.message);
    }
}

TEST_CASE("a pointer is checked against RFC 6901")
{
    CHECK_FALSE(config::check_pointer("/"));
    CHECK_FALSE(config::check_pointer("/a/~0/~1"));
    CHECK(config::check_pointer("")->message.find("empty") != std::string::npos);
    CHECK(config::check_pointer("body")->message.find("write /body") != std::string::npos);
    CHECK(config::check_pointer("/a~")->offset == 2);
}

TEST_CASE("the tokens of a pointer have their escapes resolved")
{
    using tokens = std::vector<std::string>;
    CHECK(config::pointer_tokens("/a~1b/0/m~0n") == tokens{"a/b", "0", "m~n"});
    CHECK(config::pointer_tokens("/~01") == tokens{"~1"});
    CHECK(config::pointer_tokens("/") == tokens{""});
    CHECK(config::pointer_tokens("//") == tokens{"", ""});
}

}  // namespace tests
