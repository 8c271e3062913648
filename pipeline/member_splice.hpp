#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/failure.hpp"

namespace pipeline {

/// `document`, which is a JSON object, with `value` at the end of a JSON Pointer's reference tokens: in the
/// place of what stands there, or as a new last member. Objects on the way that are missing, or null, are
/// made. All other bytes stay as they are, so that nothing is lost of numbers and names that only their
/// writer understands.
///
/// Fails with errc::refused where something other than an object is on the way, or an element that an array
/// does not have.
[[nodiscard]] result<std::string> splice_member(const std::string& document,
                                                std::span<const std::string> tokens, std::string_view value);

}  // namespace pipeline
