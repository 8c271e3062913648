#include <algorithm>
#include <array>

#include "config/sections.hpp"

namespace config {
namespace {

struct kept_member {
    std::string_view name;
    std::string_view reason;
};

constexpr std::string_view names_hosts =
    "it names hosts or credentials, and no message may choose where texts go";

/// Members that no record may choose, beside those that the worker writes itself. Without capitals.
constexpr std::array kept_members{
    kept_member{"bootstrap_host", names_hosts},
    kept_member{"data_sources", names_hosts},
    kept_member{"datasources", names_hosts},
    kept_member{"deadline", "every record may have a header batchmill-deadline, allowed or not"},
    kept_member{"kv_transfer_params", names_hosts},
    kept_member{"stream_options", "answers are published whole"},
};

bool is_member_name(std::string_view name)
{
    constexpr std::size_t longest = 64;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= longest && name.find_first_not_of(allowed) == name.npos;
}

/// Services differ in whether they tell names apart by their capitals.
std::string in_small_letters(std::string name)
{
    for (char& each : name)
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    return name;
}

std::string_view reason_against(const std::string& name)
{
    const auto small = in_small_letters(name);
    const auto* kept = std::find_if(kept_members.begin(), kept_members.end(),
                                    [&](const kept_member& each) { return each.name == small; });
    return kept != kept_members.end() ? kept->reason : reason_against_setting(small);
}

}  // namespace

void read_overrides(const node& from, const value_reader& values, std::vector<std::string>& into)
{
    std::vector<std::string> names;
    if (!values.read(from, names)) return;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& at = nth(from, i);
        if (!is_member_name(names[i]))
            values.report(at,
                          "must be the name of a request parameter: letters, digits, . _ and -, at most 64");
        else if (const auto reason = reason_against(names[i]); !reason.empty())
            values.report(at, "may not be left to records: " + std::string{reason});
        else
            into.push_back(std::move(names[i]));
    }
}

}  // namespace config
