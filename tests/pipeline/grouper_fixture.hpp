#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/grouper.hpp"
#include "tests/support/grouping_rig.hpp"

namespace tests {

/// A grouper with one deployment and one route, whose batches end as the test says.
struct grouping : grouping_rig {
    pipeline::inquiry& ask(pipeline::route& way, const std::vector<int>& costs,
                           const pipeline::shape& form = {})
    {
        auto& asked = question(way, costs, form);
        groups.submit(asked);
        return asked;
    }
    pipeline::inquiry& ask_until(config::time_point deadline, pipeline::route& way,
                                 const std::vector<int>& costs)
    {
        auto& asked = question(way, costs);
        asked.deadline = deadline;
        groups.submit(asked);
        return asked;
    }
    std::optional<pipeline::batch> next(pipeline::deployment& from)
    {
        ask_again = config::time_point::max();
        return groups.next(from, now, ask_again);
    }
    pipeline::batch next() { return next(where).value(); }
    [[nodiscard]] bool nothing_goes() { return !next(where); }

    void answer(const pipeline::batch& done, const std::string& model = "model-1", std::size_t dimensions = 2)
    {
        pipeline::reply all;
        all.model = model;
        all.request_id = "request-7";
        all.used = {static_cast<std::int64_t>(done.parts.size()), 0,
                    static_cast<std::int64_t>(done.parts.size())};
        all.answers.assign(done.parts.size(), pipeline::embedding{std::vector<float>(dimensions, 1)});
        groups.answered(done, std::move(all), where);
    }
    void fail(const pipeline::batch& done, const pipeline::failure& why) { groups.failed(done, why, where); }
    void fail(const pipeline::batch& done, pipeline::errc why)
    {
        fail(done, pipeline::failure{why, "for the test"});
    }
    // Somebody else is answered, so that a failure counts as an attempt.
    void answer_somebody_else() { where.answered(); }

    pipeline::deployment& where = add_deployment();
    pipeline::route& documents = add_route("documents");
    std::vector<std::string> stops;
    pipeline::grouper groups{[this](pipeline::route& way, std::string reason) {
        stops.push_back(reason);
        way.stop(std::move(reason));
        groups.abandon(way);
    }};
    config::time_point now = start;
    config::time_point ask_again = start;
};

}  // namespace tests
