#include "config/json_pointer.hpp"

namespace config {

std::optional<text_error> check_pointer(std::string_view pointer)
{
    if (pointer.empty()) return text_error{0, "is empty; write a JSON Pointer such as /body"};
    if (pointer.front() != '/') return text_error{0, "is not a JSON Pointer; write /" + std::string{pointer}};
    for (std::size_t at = pointer.find('~'); at != pointer.npos; at = pointer.find('~', at + 1)) {
        const auto next = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
        if (next != '0' && next != '1')
            return text_error{at, "has a ~ that is neither ~0 (for ~) nor ~1 (for /), see RFC 6901"};
    }
    return std::nullopt;
}

std::vector<std::string> pointer_tokens(std::string_view pointer)
{
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < pointer.size(); ++at) {
        if (pointer[at] == '/') {
            tokens.emplace_back();
        } else if (pointer[at] == '~') {
            tokens.back() += pointer[++at] == '0' ? '~' : '/';
        } else {
            tokens.back() += pointer[at];
        }
    }
    return tokens;
}

}  // namespace config
