#include "tools/simulator/quota_json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>

#include "tools/simulator/json_fields.hpp"

namespace simulator {
namespace {

constexpr std::int64_t highest_limit = 1'000'000'000'000;

using json_writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::optional<std::uint64_t> read_limit(json_fields& fields, std::string_view name)
{
    const auto limit = fields.integer(name, 0, highest_limit);
    if (!limit) return std::nullopt;
    return static_cast<std::uint64_t>(*limit);
}

void write(json_writer& out, const char* name, std::uint64_t value)
{
    out.Key(name);
    out.Uint64(value);
}

void write(json_writer& out, const char* name, double value)
{
    out.Key(name);
    out.Double(value);
}

}  // namespace

quota_limits read_quota_limits(std::string_view json)
{
    rapidjson::Document document;
    document.Parse(json.data(), json.size());
    if (document.HasParseError())
        throw std::invalid_argument{"quota: not JSON at byte " + std::to_string(document.GetErrorOffset()) +
                                    ": " + rapidjson::GetParseError_En(document.GetParseError())};
    std::optional<json_problem> problem;
    json_fields fields{document, {}, problem};
    fields.allow_only({"tokens_per_minute", "requests_per_minute", "foreign_share"});
    const quota_limits limits{.tokens_per_minute = read_limit(fields, "tokens_per_minute"),
                              .requests_per_minute = read_limit(fields, "requests_per_minute"),
                              .foreign_share = fields.number("foreign_share", 0, 1).value_or(0)};
    if (problem) throw std::invalid_argument{"quota: " + problem->message};
    return limits;
}

std::string to_json(const quota_limits& limits, const std::map<std::string, quota_count>& counts)
{
    rapidjson::StringBuffer text;
    json_writer out{text};
    out.StartObject();
    if (limits.tokens_per_minute) write(out, "tokens_per_minute", *limits.tokens_per_minute);
    if (limits.requests_per_minute) write(out, "requests_per_minute", *limits.requests_per_minute);
    write(out, "foreign_share", limits.foreign_share);
    out.Key("deployments");
    out.StartObject();
    for (const auto& [name, count] : counts) {
        out.Key(name.c_str(), static_cast<rapidjson::SizeType>(name.size()));
        out.StartObject();
        write(out, "admitted", count.admitted);
        write(out, "admitted_tokens", count.admitted_tokens);
        write(out, "refused_for_tokens", count.refused_for_tokens);
        write(out, "refused_for_requests", count.refused_for_requests);
        write(out, "foreign_tokens", count.foreign_tokens);
        write(out, "used_tokens", count.used_tokens);
        write(out, "seconds", count.seconds);
        write(out, "full_seconds", count.full_seconds);
        write(out, "foreign_seconds", count.foreign_seconds);
        out.EndObject();
    }
    out.EndObject();
    out.EndObject();
    return {text.GetString(), text.GetSize()};
}

}  // namespace simulator
