#include "tests/support/mill_rig.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace tests {
namespace {

fs::path new_folder()
{
    auto path = (fs::temp_directory_path() / "batchmill-run-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error{"cannot make a folder like " + path};
    return path;
}

/// So that all cases can be run with the other delivery too.
std::string delivery_member(std::string_view given)
{
    const char* delivery = std::getenv("BATCHMILL_TEST_DELIVERY");
    const bool is_given = given.find(R"("delivery")") != given.npos;
    return delivery == nullptr || is_given ? "" : R"("delivery": ")" + std::string{delivery} + R"(", )";
}

}  // namespace

mill_rig::mill_rig(const simulator::options& service) : mill_rig{service, real_kafka::from_environment()} {}

mill_rig::mill_rig(const simulator::options& service, real_kafka kafka)
    : kafka_{std::move(kafka)}, service_{service}, brokers_{kafka_.brokers()}, folder_{new_folder()}
{
    // The folder's name is unique on this machine, and the time is where several share a broker.
    run_ = folder_.filename().string() + "-" +
           std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
}

mill_rig::~mill_rig()
{
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void mill_rig::make_topics(const std::vector<topic_order>& topics) const
{
    auto wanted = topics;
    for (auto& each : wanted) each.name = named(each.name);
    kafka_.make_topics(wanted);
}

void mill_rig::write(std::string_view topic, const std::vector<kafka_record>& records) const
{
    kafka_.write(named(topic), records);
}

std::vector<kafka_record> mill_rig::read(std::string_view topic) const { return kafka_.read(named(topic)); }

bool mill_rig::has_committed_all(std::string_view topic, const std::string& group) const
{
    auto ends = kafka_.ends(named(topic));
    // Where nothing was written nothing needs to be committed.
    std::erase_if(ends, [](const auto& each) { return each.second == 0; });
    auto committed = kafka_.committed(group, named(topic));
    std::erase_if(committed, [](const auto& each) { return each.second == 0; });
    return committed == ends;
}

bool mill_rig::has_committed_all(std::string_view topic) const { return has_committed_all(topic, run_); }

void mill_rig::configure(std::string_view members) { configure(members, {}); }

void mill_rig::configure(std::string_view members, std::string_view kafka_members)
{
    std::ofstream file{folder_ / "batchmill.json"};
    file << R"({"kafka": {"brokers": "${BROKERS}", "group": "${RUN}", )" << delivery_member(kafka_members)
         << kafka_members << "},\n"
         << members << "}\n";
}

child_process mill_rig::start(const std::string& command, const std::vector<std::string>& arguments) const
{
    const auto number = std::to_string(++started_);
    program_call called{
        .command{BINARY_ROOT "/batchmill", command, "-c", folder_ / "batchmill.json"},
        .environment{{"BROKERS", brokers_}, {"RUN", run_}, {"SIMULATOR", service_.base_url()}, {"KEY", key}},
        .output_file = folder_ / ("output-" + number),
        .error_file = folder_ / ("errors-" + number)};
    called.command.insert(called.command.end(), arguments.begin(), arguments.end());
    return child_process{called};
}

mill_run mill_rig::run(const std::string& command, const std::vector<std::string>& arguments) const
{
    auto program = start(command, arguments);
    const int code = program.wait();
    return {code, program.output(), program.errors()};
}

}  // namespace tests
