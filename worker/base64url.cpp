#include "worker/base64url.hpp"

#include <algorithm>

#include "pipeline/base64.hpp"

namespace worker {

std::string base64url(std::span<const std::byte> data)
{
    std::string text;
    pipeline::append_base64(text, data);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.resize(std::min(text.find('='), text.size()));
    return text;
}

}  // namespace worker
