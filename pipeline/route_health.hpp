#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pipeline {

/// Decides when refusals no longer look like bad records but like a wrong configuration.
///
/// A route stops when so many jobs in a row (route_settings::stop_after_refusals) were refused with one
/// and the same code and none of the route's jobs has ever succeeded; after a success ten times as many
/// are needed, because bad documents stand together. It also stops when dead letters exceed the
/// configured share of the last 1,000 outcomes.
class route_health {
public:
    explicit route_health(const config::route_settings& settings) : settings_{&settings} {}

    void succeeded();
    /// A job was refused on its own. The reason to stop, where this was one too many: that job must then
    /// not become a dead letter.
    [[nodiscard]] std::optional<std::string> refused(const std::string& code);

private:
    static constexpr std::size_t window = 1'000;

    void remember(bool dead);

    const config::route_settings* settings_;
    bool ever_succeeded_ = false;
    std::string last_code_;
    std::size_t in_a_row_ = 0;
    std::vector<bool> recent_;  // a ring once it is full
    std::size_t oldest_ = 0;
    std::size_t dead_ = 0;
};

}  // namespace pipeline
