#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "config/json_pointer.hpp"

namespace config {

enum class url_scheme { http, https };

/// The server that a deployment is reached at, and the path in front of everything it offers.
struct endpoint {
    url_scheme scheme = url_scheme::https;
    std::string host;  ///< lower case; an IPv6 address without its brackets
    std::uint16_t port = 443;
    std::string path;  ///< empty, or begins with / and does not end with one; no empty segments

    /// What stands in a Host header: brackets around IPv6, the port where it is not the scheme's own.
    [[nodiscard]] std::string authority() const;

    bool operator==(const endpoint&) const = default;
};

/// Reads an absolute http or https URL. Credentials, query and fragment are errors, because requests are
/// made by appending to the URL. Slashes at the end and doubled ones are dropped: services answer 404 to
/// them.
[[nodiscard]] std::variant<endpoint, text_error> parse_endpoint(std::string_view url);

/// 127.0.0.0/8, ::1 or localhost: what is sent there does not leave the machine.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace config
