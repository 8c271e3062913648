#include "pipeline/member_splice.hpp"

#include <utility>

#include "pipeline/json_document.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/malformed.hpp"

namespace pipeline {
namespace {

/// `value` inside of objects with one member each, for the tokens that nothing stands at yet.
std::string nested(std::span<const std::string> tokens, std::string_view value)
{
    std::string made;
    for (const auto& each : tokens) {
        made += '{';
        append_json_string(made, each);
        made += ':';
    }
    made += value;
    made.append(tokens.size(), '}');
    return made;
}

std::string replaced(const std::string& document, std::string_view old, std::string_view value)
{
    const auto at = static_cast<std::size_t>(old.data() - document.data());
    std::string made;
    made.reserve(document.size() - old.size() + value.size());
    made.append(document, 0, at);
    made += value;
    made.append(document, at + old.size());
    return made;
}

std::string appended(const std::string& document, const json_value& object, const std::string& name,
                     std::string_view value)
{
    std::string member;
    if (!object.members().empty()) member += ',';
    append_json_string(member, name);
    member += ':';
    member += value;
    const auto closing = object.source().substr(object.source().size() - 1);
    return replaced(document, closing, member + '}');
}

}  // namespace

result<std::string> splice_member(const std::string& document, std::span<const std::string> tokens,
                                  std::string_view value)
{
    const auto parsed = json_document::parse(document);
    if (!parsed) return parsed.error();
    auto here = parsed->root();
    for (; !tokens.empty(); tokens = tokens.subspan(1)) {
        if (here.is(json_kind::null)) break;
        auto next = here.at(tokens.first(1));
        if (!next && here.is(json_kind::object))
            return appended(document, here, tokens.front(), nested(tokens.subspan(1), value));
        if (!next)
            return malformed("merge_conflict", "the answer has no place: " + here.pointer() + " is " +
                                                   std::string{name_of(here.kind())});
        here = *next;
    }
    return replaced(document, here.source(), nested(tokens, value));
}

}  // namespace pipeline
