// The command line, as an operator meets it.
#include <doctest/doctest.h>

#include "tests/support/numbered_work.hpp"

namespace tests {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("check prints the plan of a configuration that works, and never a key")
{
    mill_rig rig;
    rig.configure(embedding_work());
    const auto checked = rig.run("check");
    CHECK(checked.exit_code == 0);
    CHECK(checked.log.empty());
    for (const auto& part :
         {"Consumer group " + rig.group(), std::string{"route work: embeddings"}, rig.named("in"),
          rig.named("out"), rig.named("dead"), "POST " + rig.service().base_url() + "/openai/v1/embeddings",
          rig.kafka().brokers()})
        CHECK_MESSAGE(holds(checked.output, part), part);
    CHECK(!holds(checked.output, mill_rig::key));
}

TEST_CASE("check and run name every problem and end with code 2")
{
    mill_rig rig;
    rig.configure(embedding_work(R"("max_inputs": 0,)", R"("to": "x", "txet": "/body",)"));
    for (const std::string command : {"check", "run"}) {
        const auto refused = rig.run(command);
        CHECK(refused.exit_code == 2);
        CHECK(holds(refused.log, "max_inputs"));
        CHECK(holds(refused.log, "txet"));
        CHECK(holds(refused.log, "3 problems"));
    }
}

TEST_CASE("a key that is not set is a warning of check, and ends a run with code 2")
{
    mill_rig rig;
    auto work = embedding_work();
    work.replace(work.find("\"KEY\""), 5, "\"NO_SUCH_KEY\"");
    rig.configure(work);
    const std::string what =
        "the key of deployment \"there\": the environment variable NO_SUCH_KEY is not set";
    const auto checked = rig.run("check");
    CHECK(checked.exit_code == 0);
    CHECK(holds(checked.output, "route work: embeddings"));
    CHECK(holds(checked.log, "warning: " + what));
    const auto refused = rig.run_until_end();
    CHECK(refused.exit_code == 2);
    CHECK(holds(refused.log, what));
}

TEST_CASE("a command line that says nothing sensible ends with code 2")
{
    mill_rig rig;
    rig.configure(embedding_work());
    CHECK(rig.run("grind").exit_code == 2);
    CHECK(rig.run("run", {"--from", "yesterday"}).exit_code == 2);
    CHECK(rig.run("run", {"--until-en"}).exit_code == 2);
}

}  // namespace tests
