#include "worker/secret_text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace worker {

config::secret joined_secret(std::initializer_list<std::string_view> parts)
{
    std::size_t size = 0;
    for (const auto each : parts) size += each.size();
    std::string text;
    text.reserve(size);
    for (const auto each : parts) text.append(each);
    return config::secret{std::move(text)};
}

config::secret secret_header(std::string_view name, std::string_view prefix, const config::secret& value,
                             const std::string& purpose)
{
    if (!fits_header(value.reveal()))
        throw std::runtime_error{purpose + " has characters that a header cannot carry"};
    return joined_secret({name, ": ", prefix, value.reveal(), "\r\n"});
}

bool fits_header(std::string_view value)
{
    return std::ranges::all_of(value, [](char letter) { return letter > ' ' && letter <= '~'; });
}

}  // namespace worker
