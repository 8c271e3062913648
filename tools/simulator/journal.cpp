#include "tools/simulator/journal.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

/// Whether a header carries a credential, whatever a gateway calls it.
bool is_secret(std::string_view name)
{
    constexpr std::array<std::string_view, 5> words{"auth", "cookie", "key", "secret", "token"};
    return std::ranges::any_of(words, [name](auto word) { return name.find(word) != name.npos; });
}

/// The scheme stays, because it is part of what a reader judges: `Bearer ***`.
std::string without_secret(std::string_view value)
{
    const auto space = value.find(' ');
    std::string kept{value.substr(0, space == value.npos ? 0 : space + 1)};
    return kept += "***";
}

void append_headers(std::string& out, const header_list& headers)
{
    out += '{';
    for (const auto& [name, value] : headers) {
        if (out.back() != '{') out += ',';
        append_quoted_bytes(out, name);
        out += ':';
        append_quoted_bytes(out, is_secret(name) ? without_secret(value) : value);
    }
    out += '}';
}

void append_text(std::string& out, std::string_view name, std::string_view text)
{
    out += out.back() == '{' ? "" : ",";
    append_quoted(out, name);
    out += ':';
    append_quoted_bytes(out, text);
}

}  // namespace

journal::journal(const std::string& path)
{
    if (path.empty()) return;
    file_.open(path, std::ios::app | std::ios::binary);
    if (!file_) throw std::runtime_error{"cannot write the journal " + path};
}

void journal::enter(const http_request& asked, const delivery& out)
{
    if (!is_kept()) return;
    std::string line = "{";
    append_text(line, "method", asked.method);
    append_text(line, "target", asked.target);
    line += R"(,"headers":)";
    append_headers(line, asked.headers);
    append_text(line, "body", asked.body);
    line += R"(,"status":)" + std::to_string(out.answer.status);
    line += R"(,"answer_headers":)";
    append_headers(line, out.answer.headers);
    append_text(line, "answer", out.answer.body);
    line += out.wire.end == ending::whole ? R"(,"whole":true})" : R"(,"whole":false})";
    line += '\n';
    file_ << line << std::flush;
}

}  // namespace simulator
