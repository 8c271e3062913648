#include "tests/support/json_file.hpp"

#include <doctest/doctest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace tests {

rapidjson::Document parse_json(std::string_view text)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag>(text.data(),
                                                                                        text.size());
    REQUIRE_MESSAGE(!document.HasParseError(), "not JSON at byte ", document.GetErrorOffset());
    return document;
}

std::string to_text(const rapidjson::Value& value)
{
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace tests
