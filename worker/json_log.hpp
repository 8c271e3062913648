#pragma once

#include "pipeline/event_log.hpp"

namespace worker {

/// Writes each event as one line to standard error: JSON for machines, or a line to read on a terminal.
/// One thread.
class json_log final : public pipeline::event_log {
public:
    enum class form { json, terminal };

    json_log(config::log_level least, form how) : least_{least}, form_{how} {}

    void write(config::log_level level, std::string_view event,
               std::initializer_list<pipeline::event_field> fields) override;

    /// A line that the next one overwrites; terminal form only, otherwise nothing is written.
    void show_progress(const std::string& line);

private:
    config::log_level least_;
    form form_;
    bool progress_shown_ = false;
};

}  // namespace worker
