#pragma once

#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/record.hpp"

namespace pipeline {

/// The headers of records that go along to whatever their route publishes, but for dead letters, which have
/// all headers of their record anyway.
class carried_headers {
public:
    /// `route` must outlive it.
    explicit carried_headers(const config::route_settings& route) : route_{&route} {}

    /// Headers batchmill-… never do, whatever the patterns.
    [[nodiscard]] bool take(std::string_view name) const;

    /// Puts them before the headers of each message that is no dead letter: as they are, in their order,
    /// doubles included.
    void add_to(std::vector<message>& messages, const record& source) const;

private:
    const config::route_settings* route_;
};

}  // namespace pipeline
