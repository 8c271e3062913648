#include "pipeline/text_form.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include "config/text_template.hpp"
#include "pipeline/conversation.hpp"
#include "pipeline/malformed.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {
namespace {

std::optional<failure> check_value(std::string_view value)
{
    if (value.empty()) return malformed("empty_value", "is empty where a text should be");
    if (value.front() == '\0')
        return malformed("registry_framing",
                         "begins with a NUL at byte 0, as schema registries frame a document; only plain "
                         "text is read");
    if (value.starts_with(byte_order_mark))
        return malformed("byte_order_mark", "begins with a byte order mark at byte 0");
    if (const auto wrong = first_invalid_utf8(value))
        return malformed("invalid_utf8", "is not UTF-8 at " + byte_at(*wrong));
    if (const auto nul = value.find('\0'); nul != value.npos)
        return malformed("nul_in_text", "a NUL character in the text at " + byte_at(nul));
    if (is_blank(value))
        return malformed("empty_text", "empty text: nothing but white space from byte 0 to the end");
    return std::nullopt;
}

}  // namespace

text_form::frame::frame(const std::string& written) : literals_(1)
{
    const auto parsed = config::text_template::parse(written);
    if (const auto* wrong = std::get_if<config::text_error>(&parsed))
        throw std::invalid_argument{wrong->message};
    for (const auto& each : std::get<config::text_template>(parsed).segments()) {
        switch (each.is) {
            case config::template_segment::kind::literal: literals_.back() = each.text; break;
            case config::template_segment::kind::whole: literals_.emplace_back(); break;
            case config::template_segment::kind::pointer:
                throw std::invalid_argument{each.text +
                                            " points into a document, and a record is plain text"};
        }
    }
}

made_text text_form::frame::around(std::string_view text) const
{
    made_text made;
    made.add_literal(literals_.front());
    for (auto literal = literals_.begin() + 1; literal != literals_.end(); ++literal) {
        made.add_from_record(text);
        made.add_literal(*literal);
    }
    return made;
}

text_form::text_form(const config::route_settings& route)
{
    if (route.messages.empty()) {
        text_.emplace(route.text);
        return;
    }
    for (const auto& each : route.messages)
        messages_.push_back(framed_message{each.role, frame{each.content}});
}

result<piece> text_form::read(std::string_view value) const
{
    if (auto wrong = check_value(value)) return *std::move(wrong);
    if (text_) return text_->around(value).as_piece();
    conversation messages;
    for (const auto& each : messages_) messages.add(each.role, each.content.around(value));
    return std::move(messages).take();
}

}  // namespace pipeline
