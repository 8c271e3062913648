#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/outcome.hpp"
#include "pipeline/record.hpp"

namespace pipeline {

/// The headers of records that go along to the results and tombstones of their route. (A dead letter has
/// all headers of its record anyway.)
class carried_headers {
public:
    /// Names, and beginnings of names with a * behind them. Must outlive it.
    explicit carried_headers(const std::vector<std::string>& patterns) : patterns_{&patterns} {}

    /// Headers batchmill-… never do, whatever the patterns.
    [[nodiscard]] bool take(std::string_view name) const;

    /// Puts them before the headers of each message: as they are, in their order, doubles included.
    void add_to(std::vector<message>& messages, const record& source) const;

private:
    const std::vector<std::string>* patterns_;
};

}  // namespace pipeline
