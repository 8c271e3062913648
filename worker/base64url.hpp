#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace worker {

/// `data` in the alphabet for URLs and without padding: what the parts of a JSON Web Token are written in
/// (RFC 7515 section 2).
[[nodiscard]] std::string base64url(std::span<const std::byte> data);

}  // namespace worker
