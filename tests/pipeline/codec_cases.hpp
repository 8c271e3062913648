#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/job_codec.hpp"

/// Short words for the cases of the codecs.
namespace tests {

/// The moment at which every record of these tests is read.
inline constexpr std::int64_t read_at_ms = 1'772'366'400'000;  // 2026-03-01T12:00:00Z
inline const config::time_point read_at{std::chrono::hours{1000}};

inline config::route_settings route_of(config::job_form form, config::operation asks)
{
    config::route_settings route;
    route.name = "documents";
    route.jobs = form;
    route.asks = asks;
    route.text = "/body";
    if (asks == config::operation::chat) route.messages = {{"user", "/body"}};
    route.to = "out";
    route.dead_letters = "dead";
    return route;
}

inline pipeline::record record_of(std::string value, std::vector<pipeline::header> headers = {})
{
    pipeline::record made;
    made.from = {"documents-in", 3, 42, read_at_ms - 5000};
    made.key = "key";
    made.value = std::move(value);
    made.headers = std::move(headers);
    return made;
}

inline pipeline::result<pipeline::job> decode(const config::route_settings& route, std::string value,
                                              std::vector<pipeline::header> headers = {})
{
    // A job may hold slices of its record.
    static std::deque<pipeline::record> records;
    const auto& source = records.emplace_back(record_of(std::move(value), std::move(headers)));
    const pipeline::job_codec codec{route};
    return codec.decode(source, read_at, read_at_ms);
}

/// The code of the refusal, empty where the record was understood.
inline std::string refusal(const pipeline::result<pipeline::job>& decoded)
{
    return decoded ? "" : decoded.error().code();
}

/// "code: detail" of the refusal.
inline std::string explanation(const pipeline::result<pipeline::job>& decoded)
{
    return decoded ? "" : decoded.error().code() + ": " + decoded.error().detail();
}

inline std::vector<std::string> json_of(const pipeline::result<pipeline::job>& decoded)
{
    std::vector<std::string> all;
    if (decoded)
        for (const auto& each : decoded->asks.pieces) all.emplace_back(each.json.view());
    return all;
}

using strings = std::vector<std::string>;

}  // namespace tests
