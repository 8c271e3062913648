#pragma once

#include <array>
#include <string_view>

namespace worker {

/// A request's head as a proxy wants it (RFC 9112 section 3.2.2), in pieces that are sent one behind the
/// other: the target begins with `origin` ("http://host"), and behind the request line stand `lines`.
///
/// `head` has a method, a target that begins with /, and lines with their CRLF. The pieces are views into the
/// arguments, so that no copy is made of the credentials in them.
[[nodiscard]] inline std::array<std::string_view, 5> absolute_form(std::string_view head,
                                                                   std::string_view origin,
                                                                   std::string_view lines)
{
    const auto target = head.find(' ') + 1;
    const auto fields = head.find("\r\n") + 2;
    return {head.substr(0, target), origin, head.substr(target, fields - target), lines, head.substr(fields)};
}

}  // namespace worker
