// quota_table: how much of a quota workers use, and how often they are refused, in virtual time. See --help.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <vector>

#include "pipeline/pacing.hpp"
#include "tools/quota/decisions/allocation_count.hpp"
#include "tools/quota/scenario_run.hpp"
#include "tools/quota/tiered_run.hpp"

namespace {

constexpr auto help =
    "Plays the scenarios of a folder with workers that pace themselves as batchmill does, and with three of "
    "the\n"
    "usual kinds beside them. Figures are those of the worst of the seeds. Exit code 1 where one of ours is "
    "not\n"
    "as the scenario wants it; 2 where a scenario cannot be read.";

using quota::strategy;

struct options {
    std::string folder;
    int seeds = 3;
    bool as_json = false;
};

struct row {
    std::string name;
    std::string measurement;
    std::vector<std::pair<std::string, double>> ours;  // the figures that the scenario wants
    std::vector<std::pair<double, double>> pairs;      // use and refused, for each strategy
    bool pass = true;
    bool reaches_aims = true;
};

constexpr strategy all_strategies[] = {strategy::pacing, strategy::backoff, strategy::retry_after,
                                       strategy::split_bucket};

std::vector<row> rows_of(const quota::scenario& what, int seeds)
{
    std::vector<row> rows(what.measurements.size());
    for (const auto how : all_strategies) {
        if (quota::has_tiers(what) && how != strategy::pacing)
            continue;  // the usual ways know one deployment
        std::vector<std::vector<quota::figures>> played;
        for (int seed = 1; seed <= seeds; ++seed)
            played.push_back(quota::play(what, how, static_cast<std::uint64_t>(seed)));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& measured = what.measurements[i];
            const auto worst = [&](const quota::wanted& each) { return quota::worst_of(played, i, each); };
            rows[i].name = what.name + " " + what.about;
            rows[i].measurement = measured.name;
            rows[i].pairs.emplace_back(worst({"use", 0.0, {}}), worst({"refused", {}, 0.0}));
            if (how != strategy::pacing) continue;
            for (const auto& each : measured.figures) {
                rows[i].ours.emplace_back(each.figure, worst(each));
                rows[i].pass = rows[i].pass && quota::meets(worst(each), each);
            }
            for (const auto& each : measured.aims)
                rows[i].reaches_aims = rows[i].reaches_aims && quota::meets(worst(each), each);
        }
    }
    return rows;
}

void print(const row& one)
{
    std::cout << std::left << std::setw(44) << one.name << std::setw(20) << one.measurement << std::right
              << std::fixed;
    for (const auto& [use, refused] : one.pairs)
        std::cout << std::setw(8) << std::setprecision(1) << 100 * use << " /" << std::setw(6)
                  << std::setprecision(2) << 100 * refused;
    for (auto missing = std::size(all_strategies) - one.pairs.size(); missing > 0; --missing)
        std::cout << std::setw(16) << "";
    std::cout << (one.pass ? one.reaches_aims ? "   as aimed for" : "   as wanted" : "   NOT as wanted");
    for (const auto& [name, value] : one.ours)
        if (name != "use" && name != "refused")
            std::cout << "  " << name << ' ' << std::setprecision(4) << value;
    std::cout << '\n';
}

void print_as_json(const std::vector<row>& rows)
{
    std::cout << R"({"rows":[)";
    auto separator = "";
    for (const auto& each : rows) {
        std::cout << separator << R"({"case":")" << each.name << ", " << each.measurement << R"(","use":)"
                  << std::setprecision(5) << each.pairs.front().first << R"(,"refused":)"
                  << each.pairs.front().second << R"(,"pass":)" << (each.pass ? "true" : "false")
                  << R"(,"aim":)" << (each.reaches_aims ? "true" : "false") << R"(,"baselines":{)";
        for (std::size_t i = 1; i < each.pairs.size(); ++i)
            std::cout << (i > 1 ? "," : "") << '"' << quota::name_of(all_strategies[i]) << R"(":{"use":)"
                      << each.pairs[i].first << R"(,"refused":)" << each.pairs[i].second << '}';
        std::cout << "}}";
        separator = ",";
    }
    std::cout << "]}\n";
}

bool print_table(const options& given)
{
    std::vector<std::filesystem::path> files;
    for (const auto& each : std::filesystem::directory_iterator{given.folder})
        if (each.path().extension() == ".json") files.push_back(each.path());
    std::sort(files.begin(), files.end());

    if (!given.as_json) {
        std::cout << "use of the quota / refused calls, in percent; the worst of seeds 1 to " << given.seeds
                  << '\n'
                  << std::setw(64) << "";
        for (const auto how : all_strategies) std::cout << std::setw(16) << quota::name_of(how);
        std::cout << '\n';
    }
    std::vector<row> all;
    for (const auto& each : files) {
        for (const auto& one : rows_of(quota::read_scenario(each.string()), given.seeds)) {
            if (!given.as_json) print(one);
            all.push_back(one);
        }
    }
    if (given.as_json) print_as_json(all);
    return std::all_of(all.begin(), all.end(), [](const row& each) { return each.pass; });
}

// What a decision costs: many offers, some of them taken, as a busy worker makes them.
void print_decisions()
{
    using namespace config::literals;
    using clock = std::chrono::steady_clock;
    constexpr auto rounds = 20'000;
    constexpr auto decisions_a_round = 50;

    auto now = config::time_point{std::chrono::hours{1}};
    pipeline::pacing pace{{2'000'000_tok, 12'000_req}, 1, now};
    const pipeline::charge_wish wish{600_tok, 600_tok, 60_tok, 20'000_tok};
    std::vector<double> nanoseconds;
    nanoseconds.reserve(rounds);
    const auto before = quota::allocations();
    for (int round = 0; round < rounds; ++round) {
        const auto began = clock::now();
        for (int i = 0; i < decisions_a_round; ++i) {
            now += std::chrono::microseconds{200};
            if (pace.offer(wish, now).most > 0_tok) pace.take(600_tok, now);
        }
        nanoseconds.push_back(std::chrono::duration<double, std::nano>{clock::now() - began}.count() /
                              decisions_a_round);
    }
    const auto made = quota::allocations() - before;
    std::sort(nanoseconds.begin(), nanoseconds.end());
    std::cout << std::fixed << std::setprecision(0) << nanoseconds[rounds / 2] << ' '
              << nanoseconds[rounds * 99 / 100] << ' ' << made << '\n';
}

}  // namespace

int main(int argc, char** argv)
{
    options given;
    bool decisions = false;
    CLI::App program{help};
    program.add_option("folder", given.folder, "Of scenarios, such as tools/quota/scenarios");
    program.add_option("--seeds", given.seeds, "How many, from 1 on")->capture_default_str();
    program.add_flag("--json", given.as_json, "One line: rows of {case, use, refused, pass, aim, baselines}");
    program.add_flag(
        "--decisions", decisions,
        "Instead: nanoseconds of an admission decision, median and 99th percentile, and allocations");
    CLI11_PARSE(program, argc, argv);
    if (decisions) {
        print_decisions();
        return 0;
    }
    try {
        return print_table(given) ? 0 : 1;
    } catch (const std::exception& why) {
        std::cerr << "quota_table: " << why.what() << '\n';
        return 2;
    }
}
