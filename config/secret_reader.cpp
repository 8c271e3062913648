#include <algorithm>
#include <array>

#include "config/nearest.hpp"
#include "config/value_reader.hpp"

namespace config {
namespace {

constexpr std::string_view how_to =
    "write {\"env\": \"NAME\"} to take it from an environment variable, or {\"file\": \"/path\"} to read it "
    "from a file";

constexpr std::array<std::string_view, 2> sources{"env", "file"};

}  // namespace

bool value_reader::read(const node& from, secret_reference& into) const
{
    if (from.is == node::kind::string) {
        report(from, "is a secret, and a secret never stands in this file, nor is ${NAME} replaced here; " +
                         std::string{how_to});
        return false;
    }
    if (!expect(node::kind::object, from)) return false;

    bool good = true;
    for (const auto& each : from.members) {
        if (std::find(sources.begin(), sources.end(), each.name) != sources.end()) continue;
        problems_->report(each.offset, each.value.path, unknown_setting(each.name, sources));
        good = false;
    }
    const auto* variable = from.find("env");
    const auto* file = from.find("file");
    if ((variable == nullptr) == (file == nullptr)) {
        if (good) report(from, "needs one of \"env\" and \"file\"; " + std::string{how_to});
        return false;
    }
    const auto& name = variable != nullptr ? *variable : *file;
    if (!good || !expect(node::kind::string, name)) return false;
    if (variable != nullptr && !is_variable_name(name.text)) {
        report(name, "must be the name of an environment variable: letters, digits and _, without $ and {}");
        return false;
    }
    if (name.text.empty() || name.text.find("${") != name.text.npos) {
        report(name, "must be the path of a file; ${NAME} is not replaced here");
        return false;
    }
    into = {variable != nullptr ? secret_reference::source::environment : secret_reference::source::file,
            name.text};
    return true;
}

}  // namespace config
