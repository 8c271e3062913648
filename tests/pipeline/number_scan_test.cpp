#include "pipeline/number_scan.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "pipeline/json_document.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/shared_bytes.hpp"

namespace {

std::optional<std::size_t> count(const std::string& text)
{
    // Whatever stands behind the text must not matter.
    auto body = pipeline::shared_bytes::copy_of(text + std::string(64, '7'));
    return pipeline::count_plain_numbers(body.view().substr(0, text.size()));
}

/// What the text stands for by a reader of JSON; nothing where it is no array of finite float32, or all
/// written as zero.
std::optional<std::size_t> count_by_reading(const std::string& text)
{
    const auto array = '[' + text + ']';
    const auto document = pipeline::json_document::parse(array);
    if (!document) return std::nullopt;
    const auto elements = document->root().elements();
    bool has_nonzero = false;
    for (const auto& each : elements) {
        if (!each.is(pipeline::json_kind::number)) return std::nullopt;
        const auto number = std::strtold(std::string{each.source()}.c_str(), nullptr);
        if (std::abs(number) > 3.402823466e38L) return std::nullopt;
        const auto mantissa = each.source().substr(0, each.source().find_first_of("eE"));
        has_nonzero = has_nonzero || mantissa.find_first_of("123456789") != mantissa.npos;
    }
    if (!has_nonzero) return std::nullopt;
    return elements.size();
}

}  // namespace

TEST_CASE("numbers of every form that JSON has are counted")
{
    CHECK(count("1") == 1);
    CHECK(count("-0.5,1,20,0.25") == 4);
    CHECK(count("0,0,0,0,-1") == 5);
    CHECK(count("1.5e-05,2E-3,0.001") == 3);
    CHECK(count("0.1,-1e-7") == 2);
    CHECK(count("0.05e-3") == std::nullopt);  // may be zero, for all that one look says
    std::string many;
    for (int i = 0; i < 3072; ++i) many += (i == 0 ? "0.0" : ",-0.0") + std::to_string(i);
    CHECK(count(many) == 3072);
}

TEST_CASE("what has to be read to be known is left to others")
{
    for (const auto* text : {"", " 1", "1 ", "1, 2", "1\n,2", "1e5", "1e+05", "1E0", "0", "0,0.0,-0", "null",
                             "1,null", "\"1\"", "[1]", "NaN", "Infinity", "-Infinity", "true"})
        CHECK_MESSAGE(!count(text), text);
    CHECK_FALSE(count('1' + std::string(40, '0')));
}

TEST_CASE("what reaches over the border of two blocks is seen whole")
{
    const auto zeros = [](std::size_t bytes) {
        std::string text = bytes % 2 == 0 ? "" : "0.0,";
        while (text.size() < bytes) text += "0,";
        return text.substr(0, bytes);
    };
    for (std::size_t before = 30; before < 70; ++before) {
        CAPTURE(before);
        CHECK(count(zeros(before) + "0e-12" + std::string(200, '0') + ",1") == std::nullopt);
        std::string exponent = zeros(before) + "0e-12";
        for (int i = 0; i < 100; ++i) exponent += ",0";
        CHECK(count(exponent) == std::nullopt);
        std::string large = zeros(before) + std::string(62, '9');
        CHECK(count(large) == std::nullopt);
        for (int i = 0; i < 100; ++i) large += ",1";
        CHECK(count(large) == std::nullopt);
    }
}

TEST_CASE("what is no number of JSON is never one, wherever it stands")
{
    for (const std::string wrong :
         {"01",     "-01",     "00",  "1.",  ".5",  "-",     "--1",  "+1", "1e",   "1e-",  "1.e5", "1.2.3",
          "1e-2.5", "1e-2e-2", "-.5", "1-2", "0x1", "1e--2", "1,,2", ",",  "1.-2", "1-e2", "e-5",  "-e-5"}) {
        for (const auto before : {0, 1, 20, 21, 22, 23, 24, 25, 26, 30, 31, 32, 100}) {
            std::string text;
            for (int i = 0; i < before; ++i) text += "1,";
            text += wrong;
            CHECK_MESSAGE(!count(text), text);
            CHECK_MESSAGE(!count(text + ",1"), text);
        }
    }
    CHECK_FALSE(count("1,"));
    CHECK_FALSE(count(",1"));
}

TEST_CASE("white space between numbers is taken out, and none that parts them")
{
    const auto squeezed = [](std::string text) -> std::optional<std::string> {
        const auto size = text.size();
        const auto left = pipeline::squeeze(text);
        CHECK(text.size() == size);
        if (!left) return std::nullopt;
        CHECK(text.find_first_not_of(' ', left->size()) == text.npos);
        return std::string{*left};
    };
    CHECK(squeezed("1,2") == "1,2");
    CHECK(squeezed("\n  1,\n\t2.5 ,\r\n -3\n") == "1,2.5,-3");
    CHECK(squeezed(" , ") == ",");
    CHECK(squeezed("") == "");
    CHECK_FALSE(squeezed("1 2"));
    CHECK_FALSE(squeezed(" 1,2 \n 3 ,4"));

    std::string kept = "  1, 2  3 ,4";
    CHECK_FALSE(pipeline::squeeze(kept));
    const auto array = '[' + kept + ']';
    CHECK(pipeline::json_document::parse(array).error().code() == "not_json");
    CHECK(kept.find("4") == 11);
}

TEST_CASE("of random texts none is counted that a reader would count otherwise")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    constexpr std::string_view letters = "0123456789000111--..,,,,eE+ ";
    std::size_t counted = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        const auto size = 1 + random() % 12;
        for (std::size_t i = 0; i < size; ++i) text += letters[random() % letters.size()];
        const auto filler = random() % 80;
        std::string all;
        while (all.size() < filler) all += "1,";
        all += text;
        if (const auto found = count(all)) {
            ++counted;
            REQUIRE_MESSAGE(found == count_by_reading(all), all);
        }
    }
    CHECK(counted > 1000);
}

TEST_CASE("of vectors as services write them all are counted")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    std::normal_distribution<float> spread{0, 0.03f};
    for (int round = 0; round < 300; ++round) {
        std::string text;
        const auto size = 1 + random() % 600;
        for (std::size_t i = 0; i < size; ++i) {
            if (i > 0) text += ',';
            pipeline::append_json_number(text, spread(random));
        }
        CHECK_MESSAGE(count(text) == size, text);
    }
}
