#include "worker/ratio_report.hpp"

#include <doctest/doctest.h>

#include "tests/support/flow_fakes.hpp"
#include "tests/support/grouping_rig.hpp"

namespace {

struct one_route_of_two : tests::grouping_rig {
    one_route_of_two()
    {
        auto& where = add_deployment();
        ratio = &where.ratios().of(add_route("documents"));
        add_route("notes");
    }
    void learn(std::int64_t tokens_of_a_thousand)
    {
        for (int i = 0; i < 1'000; ++i) ratio->learn(tokens_of_a_thousand, 1'000);
    }
    std::size_t lines()
    {
        report.tell_changes();
        return log.all("tokens of texts").size();
    }

    pipeline::token_ratio* ratio = nullptr;
    tests::recorded_log log;
    worker::ratio_report report{routes, log};
};

}  // namespace

TEST_CASE_FIXTURE(one_route_of_two,
                  "how many tokens texts have is told once it is learnt, and when it has changed")
{
    CHECK(lines() == 0);
    learn(300);
    CHECK(lines() == 1);
    CHECK(log.lines.back().fields.at("deployment") == "deployment-0");
    CHECK(log.lines.back().fields.at("route") == "documents");
    CHECK(log.lines.back().fields.contains("tokens_per_byte"));
    CHECK(lines() == 1);
    learn(310);
    CHECK(lines() == 1);
    learn(500);
    CHECK(lines() == 2);
}
