// The house rules that a compiler does not know. Each message says what to write instead.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct source_file {
    std::string path;  // from the root, as in "pipeline/lane.cpp"
    std::vector<std::string> lines;
};

const std::vector<source_file>& sources()
{
    static const auto all = [] {
        std::vector<source_file> found;
        for (const char* folder : {"config", "pipeline", "worker", "tools", "tests"}) {
            for (const auto& entry : fs::recursive_directory_iterator{fs::path{SOURCE_ROOT} / folder}) {
                const auto extension = entry.path().extension();
                if (extension != ".cpp" && extension != ".hpp") continue;
                source_file file{fs::relative(entry.path(), SOURCE_ROOT).generic_string(), {}};
                std::ifstream in{entry.path()};
                for (std::string line; std::getline(in, line);) file.lines.push_back(line);
                found.push_back(std::move(file));
            }
        }
        return found;
    }();
    return all;
}

bool in_folder(const source_file& file, std::string_view folder)
{
    return file.path.starts_with(std::string{folder} + "/");
}

bool of_the_program(const source_file& file)
{
    return in_folder(file, "config") || in_folder(file, "pipeline") || in_folder(file, "worker");
}

std::string place(const source_file& file, std::size_t line)
{
    return file.path + ":" + std::to_string(line + 1) + ": " + file.lines[line];
}

struct banned {
    std::string pattern;
    std::string instead;
    std::vector<std::string> allowed_in = {};
};

const std::vector<banned>& banned_in_the_program()
{
    static const std::vector<banned> rules{
        {R"(asio::detached|\bco_spawn\()", "task_group::start", {"pipeline/task_group.cpp"}},
        {R"(co_await\b.*\b[a-z_]+\{[^}])",
         "a name on the line before: GCC 12 destroys such a temporary twice"},
        {R"(co_await\b.*\[[^\]]*\w[^\]]*\]\s*[({])",
         "a named lambda on the line before: GCC 12 destroys its captures twice"},
        {R"(switch\s*\(\s*co_await)", "a named value: GCC 12 crashes on it"},
        {R"(\?\s*co_await|:\s*co_await)", "if and else: GCC 12 destroys one branch's value twice"},
        {R"(experimental::channel|concurrent_channel)",
         "a queue and an alarm: closing a channel drops messages"},
        {R"(awaitable_operators)",
         "deadlines of the operation itself: || swallows errors and loses messages"},
        {R"((class|struct)\s+\w*(manager|helper|util|utils|handler)\b)", "a noun that says what it is"},
        {R"(std::getenv|secure_getenv)",
         "settings handed to the constructor",
         {"config/environment.cpp", "config/secret.cpp"}},
        {R"(std::shared_ptr|make_shared|enable_shared_from_this)",
         "an owner, and references to what it owns"},
        {R"(std::cerr)", "the event log", {"worker/json_log.cpp", "worker/main.cpp"}},
        {R"(#include "(tests|tools)/)", "nothing: nobody includes tests or tools"},
    };
    return rules;
}

}  // namespace

TEST_SUITE("tidy")
{
    TEST_CASE("files stay readable in one sitting")
    {
        for (const auto& file : sources()) {
            INFO(file.path);
            CHECK(file.lines.size() <= 400);
            for (std::size_t i = 0; i < file.lines.size(); ++i) {
                if (file.lines[i].size() <= 120) continue;
                FAIL_CHECK(place(file, i));
            }
        }
    }

    TEST_CASE("includes point downwards: worker -> pipeline -> config")
    {
        const auto forbid = [](std::string_view folder, const char* include, std::string_view ending) {
            const std::regex pattern{include};
            for (const auto& file : sources()) {
                if (!in_folder(file, folder) || !file.path.ends_with(ending)) continue;
                for (std::size_t i = 0; i < file.lines.size(); ++i) {
                    if (std::regex_search(file.lines[i], pattern)) FAIL_CHECK(place(file, i));
                }
            }
        };
        forbid("config", R"(#include ("(pipeline|worker)/|<boost/asio|<librdkafka))", "pp");
        forbid("pipeline", R"(#include ("worker/|<librdkafka|<boost/beast|<boost/asio/ssl|<boost/asio/ip))",
               "pp");
        forbid("pipeline", R"(#include <rapidjson)", ".hpp");
        forbid("worker", R"(#include (<boost/beast|<rapidjson))", ".hpp");
        forbid("tools/simulator", R"(#include "(worker|pipeline|config)/)", "pp");
    }

    TEST_CASE("Kafka and HTTP do not know each other")
    {
        const std::regex kafka{R"(#include ("worker/kafka|<librdkafka))"};
        const std::regex http{R"(#include ("worker/(http|proxy|service|tls|token|credential)|<boost/beast))"};
        for (const auto& file : sources()) {
            const auto is_http =
                std::regex_search(file.path, std::regex{"^worker/(http|proxy|service|tls|token|credential)"});
            const auto is_kafka = file.path.starts_with("worker/kafka");
            for (std::size_t i = 0; i < file.lines.size(); ++i) {
                if (is_http && std::regex_search(file.lines[i], kafka)) FAIL_CHECK(place(file, i));
                if (is_kafka && std::regex_search(file.lines[i], http)) FAIL_CHECK(place(file, i));
            }
        }
    }

    TEST_CASE("Beast is included by one file of the worker and one of the simulator")
    {
        std::size_t of_the_worker = 0;
        std::size_t of_the_simulator = 0;
        for (const auto& file : sources()) {
            const std::regex beast{R"(#include <boost/beast)"};
            const auto uses = std::any_of(file.lines.begin(), file.lines.end(),
                                          [&](const auto& line) { return std::regex_search(line, beast); });
            if (!uses) continue;
            INFO(file.path);
            CHECK(file.path.ends_with(".cpp"));
            if (in_folder(file, "worker")) ++of_the_worker;
            if (in_folder(file, "tools/simulator")) ++of_the_simulator;
        }
        CHECK(of_the_worker == 1);
        CHECK(of_the_simulator == 1);
    }

    TEST_CASE("banned in the program")
    {
        for (const auto& rule : banned_in_the_program()) {
            const std::regex pattern{rule.pattern};
            for (const auto& file : sources()) {
                if (!of_the_program(file)) continue;
                const auto& allowed = rule.allowed_in;
                if (std::find(allowed.begin(), allowed.end(), file.path) != allowed.end()) continue;
                for (std::size_t i = 0; i < file.lines.size(); ++i) {
                    if (!std::regex_search(file.lines[i], pattern)) continue;
                    FAIL_CHECK(place(file, i) << "\n  write instead: " << rule.instead);
                }
            }
        }
    }

    TEST_CASE("rules take the time as an argument and do not wait")
    {
        const std::regex clock_or_wait{R"(co_await|steady_clock::now|clock::now)"};
        for (const char* stem : {"config/proxy_choice",
                                 "config/proxy_exceptions",
                                 "pipeline/backoff",
                                 "pipeline/batch",
                                 "pipeline/call_slots",
                                 "pipeline/charge_log",
                                 "pipeline/circuit_breaker",
                                 "pipeline/concurrency_limit",
                                 "pipeline/fair_shares",
                                 "pipeline/gate",
                                 "pipeline/grouper",
                                 "pipeline/grouper_landing",
                                 "pipeline/lane",
                                 "pipeline/long_input",
                                 "pipeline/offset_ledger",
                                 "pipeline/others_use",
                                 "pipeline/output_identity",
                                 "pipeline/own_limit",
                                 "pipeline/pacing",
                                 "pipeline/packing_margin",
                                 "pipeline/publication_watch",
                                 "pipeline/quota_pools",
                                 "pipeline/quota_shares",
                                 "pipeline/refill_watch",
                                 "pipeline/refusal",
                                 "pipeline/request_spacing",
                                 "pipeline/route_health",
                                 "pipeline/service_health",
                                 "pipeline/spill_over",
                                 "pipeline/text_cut",
                                 "pipeline/token_ratio",
                                 "pipeline/usage_share",
                                 "pipeline/verdict",
                                 "worker/absolute_form",
                                 "worker/arc_challenge",
                                 "worker/client_assertion",
                                 "worker/kafka_advice",
                                 "worker/proxy_refusal",
                                 "worker/token_refusal",
                                 "worker/token_reply",
                                 "worker/token_schedule"}) {
            auto files = 0;
            for (const auto& file : sources()) {
                if (file.path != stem + std::string{".hpp"} && file.path != stem + std::string{".cpp"})
                    continue;
                ++files;
                for (std::size_t i = 0; i < file.lines.size(); ++i) {
                    if (std::regex_search(file.lines[i], clock_or_wait)) FAIL_CHECK(place(file, i));
                }
            }
            INFO(std::string{stem});
            CHECK(files > 0);
        }
    }

    TEST_CASE("work is done or written down elsewhere, not marked in the code")
    {
        const std::regex marks{
            "\\b(TO"
            "DO|FIX"
            "ME|XX"
            "X|HA"
            "CK)\\b"};
        for (const auto& file : sources()) {
            for (std::size_t i = 0; i < file.lines.size(); ++i) {
                if (std::regex_search(file.lines[i], marks)) FAIL_CHECK(place(file, i));
            }
        }
    }

    TEST_CASE("every header is included once")
    {
        for (const auto& file : sources()) {
            if (!file.path.ends_with(".hpp")) continue;
            INFO(file.path);
            const auto found = std::find(file.lines.begin(), file.lines.end(), "#pragma once");
            CHECK(found != file.lines.end());
        }
    }

    TEST_CASE("every folder explains itself")
    {
        for (const char* folder :
             {".", "config", "pipeline", "worker", "tests", "tools", "tools/simulator"}) {
            INFO(std::string{folder});
            CHECK(fs::exists(fs::path{SOURCE_ROOT} / folder / "README.md"));
        }
    }
}
