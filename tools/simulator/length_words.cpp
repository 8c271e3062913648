#include "tools/simulator/length_words.hpp"

#include <string>

namespace simulator {

std::optional<api_error> refusal_of_length(length_words words, std::size_t allowed, std::size_t counted)
{
    const auto most = std::to_string(allowed);
    const auto had = std::to_string(counted);
    api_error made;
    switch (words) {
        case length_words::service: return std::nullopt;
        case length_words::vllm:
            made.message = "This model's maximum context length is " + most +
                           " tokens. However, you requested " + had +
                           " tokens in the input for embedding generation. Please reduce the length of "
                           "the input.";
            break;
        case length_words::tei:
            made.status = 413;
            made.message =
                "Input validation error: `inputs` must have less than " + most + " tokens. Given: " + had;
            break;
        case length_words::llama_cpp:
            made.status = 500;
            made.message =
                "input (" + had +
                " tokens) is too large to process. increase the physical batch size (current batch "
                "size: " +
                most + ")";
            break;
    }
    return made;
}

}  // namespace simulator
