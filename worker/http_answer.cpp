#include "worker/http_answer.hpp"

#include <algorithm>

namespace worker {

namespace {

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

void http_headers::add(std::string_view name, std::string_view value)
{
    fields_.push_back({.at = text_.size(), .name_size = name.size(), .value_size = value.size()});
    text_.append(name).append(value);
}

std::string_view http_headers::find(std::string_view name) const
{
    const std::string_view text{text_};
    for (const auto& each : fields_) {
        const auto found = text.substr(each.at, each.name_size);
        if (std::ranges::equal(found, name, {}, lower, lower))
            return text.substr(each.at + each.name_size, each.value_size);
    }
    return {};
}

}  // namespace worker
