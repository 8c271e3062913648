#include "worker/json_log.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <iostream>
#include <utility>

#include "pipeline/rfc3339.hpp"
#include "pipeline/wall_clock.hpp"

namespace worker {
namespace {

using json_writer = rapidjson::Writer<rapidjson::StringBuffer>;

const char* name_of(config::log_level level)
{
    switch (level) {
        case config::log_level::debug: return "debug";
        case config::log_level::info: return "info";
        case config::log_level::warning: return "warning";
        case config::log_level::error: return "error";
    }
    return "error";
}

struct value_writer {
    json_writer& out;
    void operator()(const std::string& text) const { out.String(text); }
    void operator()(std::int64_t number) const { out.Int64(number); }
    // JSON has no word for what is not finite, and RapidJSON would leave the value out.
    void operator()(double number) const { std::isfinite(number) ? out.Double(number) : out.Null(); }
    void operator()(bool truth) const { out.Bool(truth); }
};

std::string as_json(config::log_level level, std::string_view event,
                    std::initializer_list<pipeline::event_field> fields)
{
    rapidjson::StringBuffer text;
    json_writer out{text};
    out.SetMaxDecimalPlaces(3);
    out.StartObject();
    out.Key("time");
    const pipeline::rfc3339_text now{pipeline::unix_now_ms()};
    out.String(now.view().data(), static_cast<rapidjson::SizeType>(now.view().size()));
    out.Key("level");
    out.String(name_of(level));
    out.Key("event");
    out.String(event.data(), static_cast<rapidjson::SizeType>(event.size()));
    for (const auto& each : fields) {
        out.Key(each.name.data(), static_cast<rapidjson::SizeType>(each.name.size()));
        std::visit(value_writer{out}, each.value);
    }
    out.EndObject();
    return {text.GetString(), text.GetSize()};
}

std::string as_line(config::log_level level, std::string_view event,
                    std::initializer_list<pipeline::event_field> fields)
{
    std::string line{level >= config::log_level::warning ? std::string{name_of(level)} + ": "
                                                         : std::string{}};
    line += event;
    for (const auto& each : fields) {
        rapidjson::StringBuffer text;
        json_writer out{text};
        out.SetMaxDecimalPlaces(3);
        std::visit(value_writer{out}, each.value);
        line += "  " + std::string{each.name} + "=" + text.GetString();
    }
    return line;
}

}  // namespace

void json_log::write(config::log_level level, std::string_view event,
                     std::initializer_list<pipeline::event_field> fields)
{
    if (level < least_) return;
    if (std::exchange(progress_shown_, false)) std::cerr << "\r\033[K";
    std::cerr << (form_ == form::json ? as_json(level, event, fields) : as_line(level, event, fields))
              << '\n';
}

void json_log::show_progress(const std::string& line)
{
    if (form_ != form::terminal) return;
    std::cerr << "\r\033[K" << line << std::flush;
    progress_shown_ = true;
}

}  // namespace worker
