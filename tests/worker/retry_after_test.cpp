#include "worker/retry_after.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "worker/http_date.hpp"

using namespace std::chrono_literals;
using worker::asked_wait;
using worker::http_headers;
using worker::read_http_date;
using worker::retry_after;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::sys_seconds now{784111777s};

struct field {
    std::string_view name;
    std::string_view value;
};

http_headers headers_of(const std::vector<field>& fields)
{
    http_headers headers;
    for (const auto& each : fields) headers.add(each.name, each.value);
    return headers;
}

}  // namespace

TEST_CASE("a wait is read in every spelling that services use")
{
    struct spelling {
        std::string what;
        std::vector<field> headers;
        config::duration wait;
    };
    const std::vector<spelling> spellings{
        {"milliseconds", {{"retry-after-ms", "1500"}}, 1500ms},
        {"milliseconds with a fraction", {{"retry-after-ms", "12.5"}}, 12500us},
        {"milliseconds of the Azure SDKs", {{"x-ms-retry-after-ms", "250"}}, 250ms},
        {"seconds", {{"Retry-After", "7"}}, 7s},
        {"seconds with a fraction", {{"retry-after", "0.25"}}, 250ms},
        {"white space around it", {{"retry-after", " \t7 "}}, 7s},
        {"IMF-fixdate", {{"retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"}}, 30s},
        {"RFC 850", {{"retry-after", "Sunday, 06-Nov-94 08:50:07 GMT"}}, 30s},
        {"asctime", {{"retry-after", "Sun Nov  6 08:50:07 1994"}}, 30s},
        {"the finer one of two", {{"retry-after", "2"}, {"retry-after-ms", "1200"}}, 1200ms},
        {"the usable one of two", {{"retry-after-ms", "0"}, {"retry-after", "2"}}, 2s},
        {"a date by the clock of the service",
         {{"Date", "Mon, 07 Nov 1994 00:00:00 GMT"}, {"retry-after", "Mon, 07 Nov 1994 00:00:20 GMT"}},
         20s},
        {"two minutes", {{"retry-after", "120"}}, 120s},
        {"more than two minutes is cut to two", {{"retry-after", "121"}}, 120s},
        {"a day is cut to two minutes", {{"retry-after", "86400"}}, 120s},
    };
    for (const auto& each : spellings) {
        CAPTURE(each.what);
        CHECK(retry_after(headers_of(each.headers), now) == each.wait);
    }
}

TEST_CASE("what was asked for is known also where it is not kept to")
{
    CHECK(asked_wait(headers_of({{"retry-after", "86400"}}), now) == 24h);
    CHECK(asked_wait(headers_of({{"retry-after", "2678400"}}), now) == worker::absurd_retry_after);
    CHECK(asked_wait(headers_of({{"retry-after", "Mon, 07 Nov 1994 08:49:37 GMT"}}), now) == 24h);
    CHECK(asked_wait(headers_of({{"retry-after-ms", "86400000"}, {"retry-after", "7"}}), now) == 24h);
}

TEST_CASE("a wait that cannot be meant counts as unknown")
{
    const std::vector<std::vector<field>> unusable{
        {},
        {{"retry-after-ms", "0"}},
        {{"retry-after-ms", "-5"}},
        {{"retry-after-ms", "nan"}},
        {{"retry-after-ms", "inf"}},
        {{"retry-after-ms", ""}},
        {{"retry-after-ms", "soon"}},
        {{"retry-after-ms", "100 ms"}},
        {{"retry-after", "0"}},
        {{"retry-after", "-1"}},
        {{"retry-after", "2678401"}},
        {{"retry-after", "1e300"}},
        {{"retry-after", "1e999"}},
        {{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}},
        {{"retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"}},
        {{"retry-after", "Tue, 06 Nov 2094 08:49:37 GMT"}},
    };
    for (const auto& each : unusable) {
        CAPTURE((each.empty() ? std::string{"no header"} : std::string{each.front().value}));
        CHECK_FALSE(retry_after(headers_of(each), now));
    }
}

TEST_CASE("the three forms of an HTTP-date name the same second")
{
    for (const std::string text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        CAPTURE(text);
        CHECK(read_http_date(text, now) == now);
    }
    CHECK(read_http_date("Thu, 29 Feb 2024 23:59:60 GMT", now) == std::chrono::sys_seconds{1709251200s});
    CHECK(read_http_date("Thu Jan 11 00:00:00 2024", now) == std::chrono::sys_seconds{1704931200s});
}

TEST_CASE("a year of two digits is at most fifty years ahead")
{
    using namespace std::chrono;
    constexpr sys_seconds in_2026 = sys_days{2026y / 3 / 1};
    CHECK(read_http_date("Sunday, 06-Nov-76 00:00:00 GMT", in_2026) == sys_days{2076y / 11 / 6});
    CHECK(read_http_date("Saturday, 06-Nov-77 00:00:00 GMT", in_2026) == sys_days{1977y / 11 / 6});
}

TEST_CASE("what is almost an HTTP-date is none")
{
    for (const std::string text :
         {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
          "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Noz 1994 08:49:37 GMT",
          "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, -6 Nov 1994 08:49:37 GMT",
          "Sun Nov 006 08:49:37 1994", "1994-11-06T08:49:37Z"}) {
        CAPTURE(text);
        CHECK_FALSE(read_http_date(text, now));
    }
}

TEST_CASE("header fields are found whatever their case")
{
    http_headers headers;
    headers.add("X-Request-ID", "one");
    headers.add("x-request-id", "two");
    headers.add("Empty", "");
    CHECK(headers.find("x-request-id") == "one");
    CHECK(headers.find("EMPTY").empty());
    CHECK(headers.find("request-id").empty());
    CHECK(headers.find("").empty());
}
