#include "pipeline/usage_text.hpp"

namespace pipeline {

void write_usage(json_object_writer& members, const usage& used, config::operation asks)
{
    json_object_writer counts{members.name("usage")};
    counts.number("prompt_tokens", used.prompt_tokens);
    if (asks != config::operation::embeddings) counts.number("completion_tokens", used.completion_tokens);
    counts.number("total_tokens", used.total_tokens);
    counts.close();
}

}  // namespace pipeline
