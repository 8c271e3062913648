// The broker dies while the worker is at work. It is a broker of this test alone, because others would
// notice.
#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/numbered_work.hpp"

using namespace std::chrono_literals;

namespace tests {
namespace {

/// A cluster of tools/kafka that goes with the object.
class own_cluster {
public:
    own_cluster() { command("up"); }
    ~own_cluster()
    {
        try {
            command("down");
        } catch (const std::exception& problem) {
            MESSAGE(std::string{problem.what()});
        }
        std::error_code ignored;
        std::filesystem::remove(file("output"), ignored);
        std::filesystem::remove(file("errors"), ignored);
    }
    own_cluster(const own_cluster&) = delete;
    own_cluster& operator=(const own_cluster&) = delete;

    void kill_and_restart() { command("restart-node", "--kill"); }
    [[nodiscard]] std::string address()
    {
        auto text = command("address");
        return text.substr(0, text.find('\n'));
    }

private:
    std::string command(const std::string& name, const std::string& option = {})
    {
        program_call called{.command{SOURCE_ROOT "/tools/kafka", name},
                            .environment{},
                            .output_file = file("output"),
                            .error_file = file("errors")};
        if (!option.empty()) called.command.insert(called.command.end(), {"1", option});
        called.command.insert(called.command.end(), {"--name", name_});
        child_process program{called};
        if (program.wait(300s) != 0)
            throw std::runtime_error{"tools/kafka " + name + " failed: " + program.errors()};
        return program.output();
    }
    [[nodiscard]] std::string file(const std::string& what) const
    {
        return (std::filesystem::temp_directory_path() / ("batchmill-" + name_ + '-' + what)).string();
    }

    std::string name_ = "restarts-" + std::to_string(::getpid());
};

}  // namespace

TEST_CASE("nothing is lost and the worker stays when its broker is killed and comes back")
{
    constexpr int count = 600;
    own_cluster cluster;
    mill_rig rig{{}, real_kafka{cluster.address()}};
    rig.make_topics({{"in", 4}, {"out", 3}, {"dead", 1}});
    rig.write("in", numbered_records(count, 4));
    rig.configure(embedding_work(R"("max_inputs": 10, "max_concurrency": 3,)"),
                  R"("commit_interval": "100ms")");
    // So that the middle lasts as long as the broker is away.
    rig.service().set_faults(R"([{"when": {"first": 20}, "then": {}}, {"then": {"delay_ms": 1000}}])");

    auto program = rig.start("run", {"--until-end"});
    rig.kafka().await_records(rig.named("out"), count / 4);
    cluster.kill_and_restart();
    rig.service().set_faults("[]");
    const int code = program.wait();
    REQUIRE_MESSAGE(code == 0, program.errors());

    const auto tally = tally_outcomes(rig, count);
    CHECK(tally.missing() == 0);
    CHECK(tally.unexpected() == 0);
    CHECK(tally.endings().size() == 1);
    CHECK(rig.has_committed_all("in"));
}

}  // namespace tests
