#include "pipeline/text_cut.hpp"

#include <doctest/doctest.h>

#include <string>

#include "pipeline/json_document.hpp"

using pipeline::json_slice;
using pipeline::json_string_prefix;
using pipeline::piece;
using pipeline::piece_form;

namespace {

std::string first(const std::string& inside, std::size_t bytes)
{
    return inside.substr(0, json_string_prefix(inside, bytes).json_bytes);
}

piece string_piece(const std::string& inside, std::size_t text_bytes)
{
    return {json_slice{'"' + inside + '"'}, text_bytes, {1, inside.size() + 1}};
}

}  // namespace

TEST_CASE("a text is cut after the last whole character")
{
    CHECK(first("chair", 3) == "cha");
    CHECK(first("chair", 5) == "chair");
    CHECK(first("chair", 99) == "chair");
    CHECK(first("chair", 0).empty());
    CHECK(first("\u00e9", 1).empty());
    CHECK(first("é", 1).empty());
    CHECK(first("aéb", 3) == "aé");
    CHECK(first("漢字", 5) == "漢");
    CHECK(first("a😀b", 4) == "a");
    CHECK(first("a😀b", 5) == "a😀");
}

TEST_CASE("escapes stay whole, and count as the character that they stand for")
{
    const std::string inside = R"(a\n\"\u00e9\ud83d\ude00z)";  // 1 + 1 + 1 + 2 + 4 + 1 bytes of text
    CHECK(first(inside, 2) == R"(a\n)");
    CHECK(first(inside, 3) == R"(a\n\")");
    CHECK(first(inside, 4) == R"(a\n\")");
    CHECK(first(inside, 5) == R"(a\n\"\u00e9)");
    CHECK(first(inside, 8) == R"(a\n\"\u00e9)");
    CHECK(first(inside, 9) == R"(a\n\"\u00e9\ud83d\ude00)");
    CHECK(json_string_prefix(inside, 9).text_bytes == 9);
    CHECK(json_string_prefix(inside, 99).text_bytes == 10);
}

TEST_CASE("a letter keeps its accents, an emoji its modifiers, and a CR its LF")
{
    CHECK(first("ne\u0301", 3) == "n");
    CHECK(first("e\xCC\x81x", 2) == "");
    CHECK(first("ne\xCC\x81x", 3) == "n");
    CHECK(first("ne\xCC\x81x", 4) == "ne\xCC\x81");
    CHECK(first("a\r\nb", 2) == "a");
    CHECK(first("a👍🏽b", 5) == "a");
    CHECK(first("a👩‍💻b", 8) == "a");
    CHECK(first("a👩‍💻b", 12) == "a👩‍💻");
}

TEST_CASE("what hangs together without end is cut all the same")
{
    std::string accents = "e";
    for (int i = 0; i < 200; ++i) accents += "\xCC\x81";
    CHECK(first(accents, 300).size() == 299);
}

TEST_CASE("any cut of any text leaves a JSON string of at most that length")
{
    const std::string inside = R"(x\ty é 漢\u6f22 👩‍💻 \ud83d\ude00\r\n e\u0301 end)";
    for (std::size_t limit = 0; limit < 60; ++limit) {
        const auto cut = json_string_prefix(inside, limit);
        const auto json = "[\"" + inside.substr(0, cut.json_bytes) + "\"]";
        const auto document = pipeline::json_document::parse(json);
        REQUIRE(document.has_value());
        CHECK(document->root().elements().front().text().size() == cut.text_bytes);
        CHECK(cut.text_bytes <= limit);
    }
}

TEST_CASE("a piece is shortened within what may be cut of it, and nowhere else")
{
    const piece framed{
        json_slice{R"([{"role":"user","content":"Sum up: a long text. Thanks!"}])"}, 28, {35, 47}};
    REQUIRE(framed.json.view().substr(35, 12) == "a long text.");
    const auto kept = shortened(framed, piece_form::text, 22);
    REQUIRE(kept.has_value());
    CHECK(kept->json.view() == R"([{"role":"user","content":"Sum up: a long Thanks!"}])");
    CHECK(kept->text_bytes == 22);
    CHECK(kept->may_be_cut.begin == 35);
    CHECK(kept->may_be_cut.end == 41);
    // Less than the words around it cannot be had.
    CHECK_FALSE(shortened(framed, piece_form::text, 16));
    CHECK_FALSE(shortened(framed, piece_form::text, 28));
}

TEST_CASE("a text can be cut again, and not to nothing")
{
    const auto once = shortened(string_piece("chair", 5), piece_form::text, 4);
    REQUIRE(once.has_value());
    const auto twice = shortened(*once, piece_form::text, 1);
    REQUIRE(twice.has_value());
    CHECK(twice->json.view() == R"("c")");
    CHECK_FALSE(shortened(*twice, piece_form::text, 0));
}

TEST_CASE("token numbers are cut by their number")
{
    const piece numbers{json_slice{"[11,22,33]"}, 12};
    CHECK(can_be_cut(numbers, piece_form::tokens));
    CHECK(shortened(numbers, piece_form::tokens, 11)->json.view() == "[11,22]");
    CHECK(shortened(numbers, piece_form::tokens, 4)->json.view() == "[11]");
    CHECK(shortened(numbers, piece_form::tokens, 4)->text_bytes == 4);
    CHECK_FALSE(shortened(numbers, piece_form::tokens, 12));
    CHECK_FALSE(shortened(numbers, piece_form::tokens, 3));
}

TEST_CASE("a piece of which nothing may be cut stays as it is")
{
    const piece passed_on{json_slice{R"([{"role":"user","content":"long"}])"}, 8};
    CHECK_FALSE(can_be_cut(passed_on, piece_form::text));
    CHECK_FALSE(shortened(passed_on, piece_form::text, 2));
}
