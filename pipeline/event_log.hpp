#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "config/settings.hpp"

namespace pipeline {

/// One named value of an event.
struct event_field {
    std::string_view name;
    std::variant<std::string, std::int64_t, double, bool> value;
};

/// Where the program tells its operator what happened: state changes and failures of whole calls, never
/// a line per job at info. Texts and secrets are never among the fields.
class event_log {
public:
    virtual ~event_log() = default;
    /// `event` is a short sentence in lower case, the same for the same kind of event.
    virtual void write(config::log_level level, std::string_view event,
                       std::initializer_list<event_field> fields) = 0;
};

}  // namespace pipeline
