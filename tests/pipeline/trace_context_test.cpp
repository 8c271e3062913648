#include "pipeline/trace_context.hpp"

#include <doctest/doctest.h>

using pipeline::read_traceparent;
using pipeline::write_traceparent;

namespace {

constexpr std::array<std::uint8_t, 8> parent{0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};

/// What is sent on for a header; empty where nothing is.
std::string sent_for(std::string_view header)
{
    const auto trace = read_traceparent(header);
    return trace ? write_traceparent(*trace, parent) : "";
}

}  // namespace

TEST_CASE("a trace goes on with another parent and its flags")
{
    CHECK(sent_for("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") ==
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0123456789abcdef-01");
    CHECK(sent_for("00-00000000000000000000000000000001-0000000000000001-00") ==
          "00-00000000000000000000000000000001-0123456789abcdef-00");
}

TEST_CASE("flags that the specification does not know are cleared")
{
    CHECK(sent_for("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff").ends_with("-03"));
    CHECK(sent_for("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fc").ends_with("-00"));
}

TEST_CASE("what is not exactly version 00 of the form is no trace")
{
    for (const std::string_view header : {
             "",
             "00",
             "00-trace-7",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
             "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
             " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
         }) {
        INFO(std::string{header});
        CHECK_FALSE(read_traceparent(header));
    }
}

TEST_CASE("no byte of a header gets further than into the digits that it stands for")
{
    const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            auto header = good;
            header[at] = static_cast<char>(byte);
            const auto sent = sent_for(header);
            CAPTURE(at);
            CAPTURE(byte);
            CHECK(sent.find_first_not_of("0123456789abcdef-") == sent.npos);
            const bool of_the_parent = at >= 36 && at < 52;
            if (!sent.empty() && !of_the_parent && at < 53) CHECK(sent[at] == header[at]);
        }
    }
}
