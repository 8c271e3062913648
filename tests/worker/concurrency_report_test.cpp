#include "worker/concurrency_report.hpp"

#include <doctest/doctest.h>

#include "tests/support/flow_fakes.hpp"
#include "tests/support/grouping_rig.hpp"

using namespace std::chrono_literals;

namespace {

struct a_server_to_find_out_about : tests::grouping_rig {
    a_server_to_find_out_about()
    {
        config::deployment_settings settings;
        settings.min_concurrency = 2;
        settings.max_concurrency = 64;
        where = &add_deployment(settings);
        add_deployment();
    }
    // All calls take a second, however many there are.
    void work(config::duration time)
    {
        for (const auto end = now + time; now < end;) {
            std::vector<pipeline::permit> open;
            while (where->offer(pipeline::charge_wish::exactly(config::tokens{1}), now).most >
                   config::tokens{0})
                open.emplace_back(*where, config::tokens{1}, now);
            now += 1s;
            for (auto& each : open) each.settle(nullptr, 1, nullptr, now);
        }
    }
    std::size_t lines()
    {
        report.tell_changes();
        return log.all("calls at a time").size();
    }

    pipeline::deployment* where = nullptr;
    config::time_point now = start;
    tests::recorded_log log;
    worker::concurrency_report report{deployments, log};
};

}  // namespace

TEST_CASE_FIXTURE(a_server_to_find_out_about,
                  "how many calls a server is given is told at first and when it has changed, of no other")
{
    CHECK(lines() == 1);
    CHECK(log.lines.back().fields.at("most") == "2");
    CHECK(lines() == 1);
    work(5min);
    CHECK(lines() == 2);
    CHECK(log.lines.back().fields.at("deployment") == "deployment-0");
    CHECK(log.lines.back().fields.at("most") == "64");
    CHECK(lines() == 2);
}
