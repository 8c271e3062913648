#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace worker {

/// Foreign bytes made fit for a log line and a header: valid UTF-8 on one line. White space, control
/// characters and broken sequences become single spaces, and what is longer than `longest` bytes ends in
/// an ellipsis (which comes on top).
[[nodiscard]] std::string excerpt(std::string_view foreign, std::size_t longest);

}  // namespace worker
