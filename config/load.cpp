#include "config/load.hpp"

#include <fstream>
#include <utility>

#include "config/object_reader.hpp"
#include "config/rules.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

using namespace std::chrono_literals;

/// More is not a configuration but another file given by mistake.
constexpr std::size_t longest_file = 4 * 1024 * 1024;

budget_settings read_budgets(const node& section, const value_reader& values)
{
    budget_settings result;
    object_reader budgets{section, values};
    budgets.optional("records", result.records, range<std::int64_t>{1, 10'000'000});
    budgets.optional("record_bytes", result.record_bytes, range<bytes>{1_MiB, 1'048'576_MiB});
    budgets.optional("prefetch_bytes", result.prefetch_bytes, range<bytes>{1_MiB, 1'048'576_MiB});
    budgets.finish();
    return result;
}

log_settings read_log(const node& section, const value_reader& values)
{
    log_settings result;
    object_reader log{section, values};
    log.optional("level", result.level);
    log.finish();
    return result;
}

settings read_settings(const node& root, const value_reader& values)
{
    settings result;
    object_reader file{root, values};
    static_cast<void>(file.find("$schema"));  // for editors
    const auto proxies = read_common_proxy(file.find("proxy"), values);
    if (const auto* kafka = file.require("kafka")) result.kafka = read_kafka(*kafka, values, proxies);
    if (const auto* section = file.require("deployments"))
        result.deployments = read_deployments(*section, values, proxies);
    if (const auto* section = file.require("routes")) result.routes = read_routes(*section, values);
    if (const auto* budgets = file.find("budgets")) result.budgets = read_budgets(*budgets, values);
    if (const auto* log = file.find("log")) result.log = read_log(*log, values);
    file.optional("drain_deadline", result.drain_deadline, range<duration>{0s, 24h});
    file.finish();

    for (auto& each : result.routes)
        if (each.group.empty()) each.group = result.kafka.group;
    return result;
}

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

void check_name(const node_member& named, const value_reader& values)
{
    constexpr std::size_t longest = 100;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const auto& name = named.name;
    if (name.empty() || name.size() > longest || name.find_first_not_of(allowed) != name.npos)
        values.problems().report(named.offset, named.value.path,
                                 "must be named with letters, digits, . _ and -, at most 100 of them");
}

load_result load(std::string_view text, const std::string& file, const variable_lookup& variables)
{
    text = without_byte_order_mark(text);
    problem_list problems{file, text};
    settings result;
    if (const auto root = parse_document(text, problems)) {
        result = read_settings(*root, value_reader{problems, variables});
        check_rules(result, *root, problems);
    }
    if (!problems.empty()) return problems.in_order();
    return result;
}

load_result load_file(const std::string& path, const variable_lookup& variables)
{
    const auto unreadable = [&](std::string why) {
        return std::vector{problem{path, 0, 0, {}, std::move(why)}};
    };
    std::ifstream file{path, std::ios::binary};
    if (!file) return unreadable("cannot be opened");
    std::string text(longest_file + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof()) return unreadable(file.bad() ? "cannot be read" : "is larger than 4 MiB");
    text.resize(static_cast<std::size_t>(file.gcount()));
    return load(text, path, variables);
}

}  // namespace config
