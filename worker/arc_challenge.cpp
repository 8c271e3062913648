#include "worker/arc_challenge.hpp"

#include <algorithm>

#include "worker/token_source.hpp"

namespace worker {
namespace {

pipeline::failure no_challenge(std::string why)
{
    return pipeline::failure{pipeline::errc::deployment_stopped, std::move(why)}.with_code(
        std::string{token_failure::unreadable});
}

bool is_file_name(std::string_view name)
{
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    });
}

}  // namespace

pipeline::result<std::string> arc_key_file(std::string_view www_authenticate, std::string_view folder)
{
    constexpr std::string_view scheme = "Basic realm=";
    constexpr std::string_view ending = ".key";
    if (!www_authenticate.starts_with(scheme))
        return no_challenge("the agent of Azure Arc gave no challenge that names a file");

    const auto path = www_authenticate.substr(scheme.size());
    const auto slash = path.rfind('/');
    const auto name = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
    if (name.size() <= ending.size() || !name.ends_with(ending) || !is_file_name(name) ||
        path.substr(0, slash) != folder)
        return no_challenge("what answers as the agent of Azure Arc asks for a file that is not a .key in " +
                            std::string{folder});
    return std::string{path};
}

}  // namespace worker
