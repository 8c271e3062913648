#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/job_codec.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/text_cut.hpp"
#include "pipeline/utf8.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using config::job_form;
using config::operation;

config::route_settings route_of(job_form form, operation asks, std::string text)
{
    config::route_settings route;
    route.name = "route";
    route.jobs = form;
    route.asks = asks;
    route.text = text;
    if (asks == operation::chat) route.messages = {{"system", "Be brief."}, {"user", text}};
    if (form == job_form::record) route.id = "/id";
    if (form != job_form::text) route.metadata = {"/meta", "/custom_id"};
    route.parameters = R"({"user":"u"})";
    route.overrides = {"user", "max_tokens"};
    return route;
}

std::vector<config::route_settings> all_routes()
{
    std::vector<config::route_settings> routes;
    for (const auto asks :
         {operation::embeddings, operation::completions, operation::chat, operation::responses}) {
        routes.push_back(route_of(job_form::batch_line, asks, "/text"));
        routes.push_back(route_of(job_form::record, asks, "/text"));
        routes.push_back(route_of(job_form::record, asks, "{{/title}}: {{/text}}"));
        routes.push_back(route_of(job_form::text, asks, "Title: {{}}"));
    }
    return routes;
}

bool is_json(std::string_view json)
{
    const std::string text{json};
    return pipeline::json_document::parse(text).has_value();
}

void check(const pipeline::result<pipeline::job>& decoded)
{
    if (!decoded) {
        EXPECT(decoded.error().reason() == pipeline::errc::refused);
        EXPECT(!decoded.error().code().empty());
        EXPECT(!decoded.error().detail().empty());
        EXPECT(decoded.error().detail().size() < 10'000);
        EXPECT(!pipeline::first_invalid_utf8(decoded.error().detail()));
        return;
    }
    EXPECT(!decoded->id.empty());
    EXPECT(!decoded->asks.pieces.empty());
    for (const auto& each : decoded->asks.pieces) {
        EXPECT(is_json(each.json.view()));
        const auto half = pipeline::shortened(each, decoded->asks.form.pieces, each.text_bytes / 2);
        EXPECT(!half || (is_json(half->json.view()) && half->text_bytes <= each.text_bytes / 2));
    }
    EXPECT(is_json(decoded->asks.form.parameters));
    EXPECT(decoded->metadata.empty() || is_json(decoded->metadata));
}

}  // namespace

/// Whatever the bytes are: either a job whose parts are JSON, also when they are cut, or a refusal with a
/// code and a short reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto routes = all_routes();
    static const std::vector<pipeline::job_codec> codecs{routes.begin(), routes.end()};
    pipeline::record source;
    source.from = {"topic", 0, 1, 1000};
    source.value.emplace(reinterpret_cast<const char*>(data), size);
    for (const auto& codec : codecs) check(codec.decode(source, config::time_point{}, 1000));

    source.headers = {{"batchmill-set-user", source.value}, {"traceparent", source.value}};
    source.value = "a text";
    check(codecs.back().decode(source, config::time_point{}, 1000));
    return 0;
}
