#include "config/event_hubs.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace config::event_hubs {
namespace {

// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure#guidance-for-developers
// and https://learn.microsoft.com/azure/china/resources-developer-guide
constexpr std::array<std::string_view, 3> domains{".servicebus.windows.net", ".servicebus.usgovcloudapi.net",
                                                  ".servicebus.chinacloudapi.cn"};

struct broker {
    std::string text;
    std::string host;  ///< lower case
    std::string port;
};

/// As librdkafka reads bootstrap.servers: spaces may surround an entry, and a protocol stand before it.
std::vector<broker> read(std::string_view brokers)
{
    constexpr std::string_view white = " \t";
    std::vector<broker> found;
    while (!brokers.empty()) {
        const auto end = std::min(brokers.find(','), brokers.size());
        auto entry = brokers.substr(0, end);
        brokers.remove_prefix(std::min(end + 1, brokers.size()));
        entry.remove_prefix(std::min(entry.find_first_not_of(white), entry.size()));
        entry = entry.substr(0, entry.find_last_not_of(white) + 1);
        const auto protocol = entry.find("://");
        const auto address = protocol == entry.npos ? entry : entry.substr(protocol + 3);
        const auto colon = address.rfind(':');
        broker one{std::string{entry}, std::string{address.substr(0, colon)}, {}};
        if (colon != address.npos) one.port = address.substr(colon + 1);
        for (auto& c : one.host)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        found.push_back(std::move(one));
    }
    return found;
}

bool is_namespace(const broker& one)
{
    return std::ranges::any_of(domains, [&](std::string_view each) { return one.host.ends_with(each); });
}

}  // namespace

std::optional<std::string> find_namespace(std::string_view brokers)
{
    for (const auto& each : read(brokers))
        if (is_namespace(each)) return each.host;
    return std::nullopt;
}

std::optional<std::string> find_wrong_port(std::string_view brokers)
{
    for (const auto& each : read(brokers))
        if (is_namespace(each) && each.port != port) return each.text;
    return std::nullopt;
}

std::string scope_of(std::string_view host) { return "https://" + std::string{host} + "/.default"; }

}  // namespace config::event_hubs
