#include "pipeline/conversation.hpp"

#include <cassert>
#include <utility>

#include "pipeline/json_text.hpp"

namespace pipeline {

void conversation::add(std::string_view role, const made_text& content)
{
    json_ += json_.empty() ? '[' : ',';
    json_object_writer message{json_};
    message.text("role", role);
    const auto from_record = content.append_to(message.name("content"));
    message.close();
    if (from_record.size() > made_.may_be_cut.size()) made_.may_be_cut = from_record;
    made_.text_bytes += content.text().size();
}

piece conversation::take() &&
{
    assert(!json_.empty());
    json_ += ']';
    made_.json = json_slice{std::move(json_)};
    return std::move(made_);
}

}  // namespace pipeline
