#include "tests/support/config_loading.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace tests {

config::variable_lookup test_variables()
{
    static const std::map<std::string, std::string, std::less<>> variables{
        {"EMPTY", ""},    {"NOT_UTF8", "\xFF"}, {"OPERATION", "embeddings"},
        {"SIZE", "1MiB"}, {"TIME", "25s"},      {"TOPIC", "from-environment"},
    };
    return [](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

config::load_result load(std::string_view text) { return config::load(text, "file.json", test_variables()); }

config::settings settings_of(std::string_view text)
{
    auto result = load(text);
    REQUIRE_MESSAGE(std::holds_alternative<config::settings>(result), report_of(text));
    return std::get<config::settings>(std::move(result));
}

std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> lines;
    auto result = load(text);
    if (auto* problems = std::get_if<std::vector<config::problem>>(&result))
        for (const auto& each : *problems)
            lines.push_back(config::to_string(each).substr(std::string{"file.json:"}.size()));
    return lines;
}

std::string report_of(std::string_view text)
{
    std::string report;
    for (const auto& each : problems_of(text)) report += each + '\n';
    return report;
}

const std::string& base_text()
{
    static const std::string text = R"({
  "kafka": { "brokers": "localhost:9092" },
  "deployments": {
    "vectors": {
      "endpoint": "https://res.openai.azure.com",
      "deployment": "emb",
      "model": "text-embedding-3-small"
    }
  },
  "routes": {
    "documents": {
      "from": "documents",
      "operation": "embeddings",
      "text": "/body",
      "deployments": ["vectors"],
      "to": "vectors",
      "dead_letters": "dead"
    }
  }
}
)";
    return text;
}

std::string changed(std::string_view what, std::string_view by)
{
    auto text = base_text();
    const auto at = text.find(what);
    REQUIRE_MESSAGE(at != text.npos, std::string{what});
    return text.replace(at, what.size(), by);
}

std::string read_text(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    REQUIRE_MESSAGE(file.good(), path);
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

}  // namespace tests
