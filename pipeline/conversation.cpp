#include "pipeline/conversation.hpp"

#include <cassert>
#include <utility>

#include "pipeline/json_text.hpp"

namespace pipeline {

void conversation::add(std::string_view role, std::string_view content)
{
    made_.json += made_.json.empty() ? '[' : ',';
    json_object_writer message{made_.json};
    message.text("role", role);
    message.text("content", content);
    message.close();
    made_.text_bytes += content.size();
}

piece conversation::take() &&
{
    assert(!made_.json.empty());
    made_.json += ']';
    return std::move(made_);
}

}  // namespace pipeline
