#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/config_loading.hpp"

namespace tests {
namespace {

const std::filesystem::path corpus{SOURCE_ROOT "/tests/config/corpus"};

std::vector<std::filesystem::path> files_of(const std::string& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& each : std::filesystem::directory_iterator{corpus / folder})
        if (each.path().extension() == ".json") files.push_back(each.path());
    std::sort(files.begin(), files.end());
    return files;
}

/// What stands beside a bad file: a line that says what the schema makes of it, then the problems.
std::string expected_report(std::filesystem::path file)
{
    std::istringstream lines{read_text(file.replace_extension(".problems").string())};
    std::string verdict_of_schema;
    std::getline(lines, verdict_of_schema);
    std::ostringstream report;
    report << lines.rdbuf();
    return report.str();
}

}  // namespace

TEST_CASE("every good file of the corpus is accepted")
{
    const auto files = files_of("good");
    CHECK(files.size() >= 10);
    for (const auto& each : files) {
        const auto report = report_of(read_text(each.string()));
        CHECK_MESSAGE(report.empty(), each.filename().string(), ":\n", report);
    }
}

TEST_CASE("every bad file of the corpus is refused with exactly the problems that stand beside it")
{
    const auto files = files_of("bad");
    CHECK(files.size() >= 40);
    for (const auto& each : files) {
        const auto report = report_of(read_text(each.string()));
        CHECK_FALSE(report.empty());
        CHECK_MESSAGE(report == expected_report(each), each.filename().string(), ":\n", report);
    }
}

}  // namespace tests
