#include "tools/simulator/model.hpp"

namespace simulator {
namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool completes_only(std::string_view model)
{
    return contains(model, "-instruct") || model.starts_with("davinci") || model.starts_with("babbage");
}

bool chats_only(std::string_view model)
{
    return model.starts_with("gpt-") || model.starts_with("o1") || model.starts_with("o3") ||
           model.starts_with("o4");
}

}  // namespace

model_limits limits_of(std::string_view model)
{
    model_limits limits;
    if (contains(model, "embedding-3-large")) {
        limits.default_dimensions = limits.max_dimensions = 3072;
    } else if (contains(model, "embedding-3-small")) {
        limits.max_dimensions = 1536;
    } else if (contains(model, "embedding-ada-002")) {
        limits.dimensions_settable = false;
    } else {
        limits.max_dimensions = 3072;
    }
    if (completes_only(model)) limits.context_tokens = 4096;
    return limits;
}

bool supports(std::string_view model, operation asks)
{
    if (contains(model, "text-embedding-")) return asks == operation::embeddings;
    if (completes_only(model)) return asks == operation::completions;
    if (chats_only(model)) return asks == operation::chat || asks == operation::responses;
    return true;
}

}  // namespace simulator
