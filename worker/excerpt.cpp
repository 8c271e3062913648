#include "worker/excerpt.hpp"

#include "pipeline/utf8.hpp"

namespace worker {

namespace {

void add_space(std::string& line)
{
    if (!line.empty() && line.back() != ' ') line += ' ';
}

/// `text` is well-formed UTF-8. Beside the C0 controls and DEL it may hold the C1 controls (U+0080 to
/// U+009F, two bytes), which terminals obey as well.
void add_visible(std::string& line, std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte <= 0x20 || byte == 0x7F) {
            add_space(line);
        } else if (byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
            add_space(line);
            ++at;
        } else {
            line += text[at];
        }
    }
}

}  // namespace

std::string excerpt(std::string_view foreign, std::size_t longest)
{
    std::string line;
    while (!foreign.empty()) {
        const auto broken = pipeline::first_invalid_utf8(foreign);
        add_visible(line, foreign.substr(0, broken.value_or(foreign.size())));
        if (!broken) break;
        add_space(line);
        foreign.remove_prefix(*broken + 1);
    }
    if (line.ends_with(' ')) line.pop_back();
    if (line.size() <= longest) return line;
    return std::string{pipeline::utf8_prefix(line, longest)} + "…";
}

}  // namespace worker
