#include "worker/json_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <algorithm>
#include <iostream>
#include <limits>
#include <sstream>

#include "tests/support/json_file.hpp"

using config::log_level;
using worker::json_log;

namespace {

// Standard error for the length of a test.
class caught_lines {
public:
    caught_lines() : before_{std::cerr.rdbuf(caught_.rdbuf())} {}
    ~caught_lines() { std::cerr.rdbuf(before_); }
    caught_lines(const caught_lines&) = delete;
    caught_lines& operator=(const caught_lines&) = delete;

    [[nodiscard]] std::string text() const { return caught_.str(); }

private:
    std::ostringstream caught_;
    std::streambuf* before_;
};

}  // namespace

TEST_CASE("each event is one JSON object on a line of its own")
{
    const caught_lines lines;
    json_log log{log_level::info, json_log::form::json};
    log.write(
        log_level::info, "run ended",
        {{"results", std::int64_t{2'000}}, {"share", 0.25}, {"complete", true}, {"group", std::string{"a"}}});
    log.write(log_level::error, "route stopped", {});

    const auto text = lines.text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
    CHECK(text.back() == '\n');
    const auto first = tests::parse_json(text.substr(0, text.find('\n')));
    CHECK(first["level"] == "info");
    CHECK(first["event"] == "run ended");
    CHECK(first["results"].GetInt64() == 2'000);
    CHECK(first["share"].GetDouble() == 0.25);
    CHECK(first["complete"].IsTrue());
    CHECK(first["group"] == "a");
    const auto second = tests::parse_json(text.substr(text.find('\n') + 1));
    CHECK(second["level"] == "error");
    CHECK(second.MemberCount() == 3);
}

TEST_CASE("the time of an event is RFC 3339 in UTC")
{
    const caught_lines lines;
    json_log{log_level::info, json_log::form::json}.write(log_level::info, "started", {});
    const auto event = tests::parse_json(lines.text());
    const std::string time = event["time"].GetString();
    REQUIRE(time.size() >= 20);
    CHECK(time[10] == 'T');
    CHECK(time.back() == 'Z');
}

TEST_CASE("whatever a field holds, the line stays one line and valid JSON")
{
    const caught_lines lines;
    json_log log{log_level::info, json_log::form::json};
    log.write(log_level::warning, "call failed",
              {{"reason", std::string{"two\nlines, a \"quote\", a \\ and a \x01"}},
               {"rate", std::numeric_limits<double>::quiet_NaN()},
               {"left", std::numeric_limits<double>::infinity()},
               {"least", std::numeric_limits<std::int64_t>::min()}});
    const auto text = lines.text();
    CHECK(text.find('\n') == text.size() - 1);
    const auto event = tests::parse_json(text);
    CHECK(event["reason"] == "two\nlines, a \"quote\", a \\ and a \x01");
    CHECK(event["rate"].IsNull());
    CHECK(event["left"].IsNull());
    CHECK(event["least"].GetInt64() == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("what is below the level is not written")
{
    for (const auto how : {json_log::form::json, json_log::form::terminal}) {
        const caught_lines lines;
        json_log log{log_level::warning, how};
        log.write(log_level::debug, "call failed", {});
        log.write(log_level::info, "started", {});
        CHECK(lines.text().empty());
        log.write(log_level::warning, "deployment changes state", {});
        log.write(log_level::error, "route stopped", {});
        const auto text = lines.text();
        CHECK(std::count(text.begin(), text.end(), '\n') == 2);
    }
}

TEST_CASE("on a terminal an event is a line to read, with its level where it matters")
{
    const caught_lines lines;
    json_log log{log_level::debug, json_log::form::terminal};
    log.write(log_level::info, "route opened",
              {{"route", std::string{"documents"}}, {"partitions", std::int64_t{6}}});
    log.write(log_level::warning, "service fails", {{"rate", 1.5}});
    log.write(log_level::error, "stopped", {});
    CHECK(lines.text() ==
          "route opened  route=\"documents\"  partitions=6\nwarning: service fails  rate=1.5\nerror: "
          "stopped\n");
}

TEST_CASE("on a terminal the progress line is overwritten by the next and gives way to events")
{
    const caught_lines lines;
    json_log log{log_level::info, json_log::form::terminal};
    log.show_progress("1 done");
    log.show_progress("2 done");
    log.write(log_level::info, "run ended", {});
    log.write(log_level::info, "goodbye", {});
    CHECK(lines.text() == "\r\033[K1 done\r\033[K2 done\r\033[Krun ended\ngoodbye\n");
}

TEST_CASE("an event that is not written leaves the progress line alone")
{
    const caught_lines lines;
    json_log log{log_level::info, json_log::form::terminal};
    log.show_progress("1 done");
    log.write(log_level::debug, "call failed", {});
    CHECK(lines.text() == "\r\033[K1 done");
}

TEST_CASE("machines see no progress line")
{
    const caught_lines lines;
    json_log log{log_level::info, json_log::form::json};
    log.show_progress("1 done");
    CHECK(lines.text().empty());
}
