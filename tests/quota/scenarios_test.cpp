// The scenarios of tools/quota/scenarios, as tools/bench quota prints them, with the gates that the worker
// has.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tools/quota/scenario_run.hpp"

namespace fs = std::filesystem;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int seeds = 1;  // ten times as slow
#else
constexpr int seeds = 3;
#endif

std::vector<std::vector<quota::figures>> played(const quota::scenario& what)
{
    std::vector<std::vector<quota::figures>> all;
    for (int seed = 1; seed <= seeds; ++seed)
        all.push_back(quota::play(what, quota::strategy::pacing, static_cast<std::uint64_t>(seed)));
    return all;
}

void check(const std::string& prefix)
{
    auto found = 0;
    for (const auto& entry : fs::directory_iterator{fs::path{SOURCE_ROOT} / "tools/quota/scenarios"}) {
        if (!entry.path().filename().string().starts_with(prefix)) continue;
        ++found;
        const auto what = quota::read_scenario(entry.path().string());
        const auto all = played(what);
        for (std::size_t i = 0; i < what.measurements.size(); ++i) {
            for (const auto& each : what.measurements[i].figures) {
                const auto worst = quota::worst_of(all, i, each);
                INFO(what.name << " " << what.about << ", " << what.measurements[i].name << ": "
                               << each.figure << " " << worst << " in the worst of seeds 1 to " << seeds);
                CHECK(quota::meets(worst, each));
            }
        }
    }
    CHECK(found > 0);
}

}  // namespace

TEST_CASE("sixteen workers use all of a quota with hardly a refusal") { check("b01"); }
TEST_CASE("a large quota is used to half a percent by sixteen workers") { check("b02"); }
TEST_CASE("a quota of a dozen calls a minute and worker is used as far as whole calls fit") { check("b03"); }
TEST_CASE("one worker and four use all of a quota") { check("b04"); }
TEST_CASE("workers that start together are not refused in their first minute, and use it") { check("b05"); }
TEST_CASE("a quota that is halved is kept to, and used again once it is restored") { check("b06"); }
TEST_CASE("somebody else who takes half is given it, and what he leaves is taken") { check("b07"); }
TEST_CASE("workers with work use the shares of those without, and give them back") { check("b08"); }
TEST_CASE("a service that charges refused calls is not driven to a standstill") { check("b09"); }
TEST_CASE("services that count otherwise, say nothing or charge otherwise are used too") { check("b10"); }
TEST_CASE("calls that come at random hardly wait below the quota") { check("b11"); }
TEST_CASE("several deployments are filled by tiers, and one takes over for another that is down")
{
    check("b12");
}
TEST_CASE("workers that crash or join leave the quota in use") { check("b13"); }
TEST_CASE("two consumer groups with shares of one quota fill it together") { check("b15"); }
