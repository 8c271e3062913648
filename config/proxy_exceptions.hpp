#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace config {

/// The servers that are reached directly although there is a proxy, in the words of NO_PROXY as curl
/// (https://curl.se/docs/manpage.html#--noproxy) and the Azure SDKs understand it:
///
///   - `example.com`, `.example.com` and `*.example.com` mean that host and all below it;
///   - `10.1.2.3` and `[fd00::1]` mean an address, `10.0.0.0/8` and `fd00::/8` a network of them; a host that
///     is a name is never looked up for it;
///   - with `:8443` behind any of them only that port is meant;
///   - `*` means everything.
///
/// What is none of these matches nothing.
class proxy_exceptions {
public:
    proxy_exceptions() = default;
    /// Entries between commas and white space.
    explicit proxy_exceptions(std::string_view list);

    /// `host` in lower case, an IPv6 address without its brackets.
    [[nodiscard]] bool contain(std::string_view host, std::uint16_t port) const;

private:
    struct entry {
        std::string host;        // lower case, without dots in front; empty: everything
        int network_bits = -1;   // of an address; negative: all of them
        std::uint16_t port = 0;  // 0: any
    };
    static entry read(std::string_view text);

    std::vector<entry> entries_;
};

}  // namespace config
