#include "tests/support/form_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "config/service_url.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/reply_codec.hpp"
#include "pipeline/request_codec.hpp"
#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

std::string without_times(const std::string& text)
{
    static const std::regex time{R"(\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"};
    return std::regex_replace(text, time, "TIME");
}

std::string line_for_schemas(const std::string& test, std::string_view operation, std::string_view form,
                             const pipeline::message& published)
{
    const bool letter = published.topic == "dead";
    std::string line;
    pipeline::json_object_writer members{line};
    members.text("test", test);
    members.text("operation", operation);
    members.text("form", letter ? "dead_letter" : !published.value ? "tombstone" : form);
    pipeline::json_object_writer headers{members.name("headers")};
    for (const auto each : published.headers) {
        if (each.value)
            pipeline::append_json_string(headers.any_name(each.name), *each.value);
        else
            headers.any_name(each.name) += "null";
    }
    headers.close();
    if (published.value) {
        members.number("bytes", static_cast<std::int64_t>(published.value->size()));
        if (!letter && form != "raw") members.text("value", *published.value);
    }
    members.close();
    return line;
}

}  // namespace

form_run::form_run(const std::string& configuration)
{
    const auto loaded = settings_of(configuration);
    deployment_settings = loaded.deployments.front();
    route_settings.push_back(loaded.routes.front());
    model_ = config::url_of(deployment_settings, route_settings.front().asks).model;
}

void form_run::answer_with(std::string body)
{
    service.rule = [this, body = std::move(body)](const pipeline::request& ask, int) {
        requests.push_back(pipeline::write_request(ask, model_));
        auto read = pipeline::read_reply(ask, pipeline::shared_bytes::copy_of(body));
        if (read) read->request_id = "request-1";
        return read;
    };
}

void form_run::refuse_with(const pipeline::failure& why)
{
    service.rule = [this, why](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
        requests.push_back(pipeline::write_request(ask, model_));
        return why;
    };
}

void form_run::take(std::optional<std::string> value, std::vector<pipeline::header> further_headers)
{
    std::vector<pipeline::header> headers{
        {"tenant", "blue"}, {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
    headers.insert(headers.end(), further_headers.begin(), further_headers.end());
    open();
    source.put("in", std::move(value), "key", std::move(headers));
    finish();
}

std::string form_run::headers_of(const pipeline::message& published)
{
    std::vector<std::string> all;
    for (const auto each : published.headers)
        all.push_back(
            without_times(std::string{each.name} + ": " + std::string{each.value.value_or("(none)")}));
    return sorted_lines(std::move(all));
}

std::string form_run::value_of(const pipeline::message& published)
{
    return without_times(published.value.value());
}

std::string sorted_lines(std::vector<std::string> lines)
{
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const auto& each : lines) all += each + '\n';
    return all;
}

void keep_for_schemas(const std::string& test, std::string_view operation, std::string_view form,
                      const std::vector<pipeline::outcome>& published)
{
    const char* folder = std::getenv("BATCHMILL_PUBLISHED");
    if (folder == nullptr) return;
    std::ofstream file{std::string{folder} + "/published.jsonl", std::ios::app};
    for (const auto& each : published)
        for (const auto& one : each.messages) file << line_for_schemas(test, operation, form, one) << '\n';
    REQUIRE(file.good());
}

}  // namespace tests
