// ledger_rounds: what a record costs the offset ledger, for callgrind to count. See --help.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <random>
#include <vector>

#include "pipeline/offset_ledger.hpp"

namespace {

constexpr auto help =
    "Opens records in an offset ledger, closes them in an order drawn at random, and asks after each where\n"
    "the partition could be committed; all of it several times over. Prints the last answer.";

}  // namespace

int main(int argc, char** argv)
{
    std::size_t open = 1000;
    std::size_t times = 1;
    CLI::App program{help};
    program.add_option("--open", open, "Records open at once")->capture_default_str();
    program.add_option("--times", times, "Rounds over them")->capture_default_str();
    CLI11_PARSE(program, argc, argv);

    std::vector<std::int64_t> order(open);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937{20'240'229});
    pipeline::offset_ledger ledger{0};
    std::int64_t committable = 0;
    for (std::size_t round = 0; round < times; ++round) {
        const auto first = ledger.position();
        for (std::size_t i = 0; i < open; ++i) ledger.open(first + static_cast<std::int64_t>(i));
        for (const auto each : order) {
            ledger.close(first + each);
            committable = ledger.committable();
        }
    }
    std::cout << committable << '\n';
}
