#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tools/simulator/certificate.hpp"

namespace tests {

/// A free port of 127.0.0.1, for programs that cannot be told to choose one.
[[nodiscard]] std::uint16_t free_port();

/// A program of the system that listens on a port, as long as the object lives.
class installed_server {
public:
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// What it has written to `name` so far.
    [[nodiscard]] std::string log(const std::string& name) const { return folder_.content_of(name); }

    /// Ends it, and starts it again on the same port.
    void restart();

protected:
    installed_server() : port_{free_port()} {}
    ~installed_server() = default;
    installed_server(const installed_server&) = delete;
    installed_server& operator=(const installed_server&) = delete;

    [[nodiscard]] const scratch_folder& folder() const { return folder_; }
    /// Starts it and waits until it listens. Throws std::runtime_error, with its words, where it does not.
    void start(std::vector<std::string> command);

private:
    void start_again();

    scratch_folder folder_;
    std::uint16_t port_;
    std::vector<std::string> command_;
    std::optional<child_process> running_;
};

/// tinyproxy, a proxy for CONNECT and for whole URLs; its log is `log`.
class tinyproxy : public installed_server {
public:
    /// Takes everybody, or only who shows that "user password".
    explicit tinyproxy(const std::string& account = {});
};

/// nginx, which ends TLS in front of a plain server, and closes connections that are idle for a second.
class nginx_terminator : public installed_server {
public:
    nginx_terminator(const simulator::certificate_pair& identity, std::uint16_t behind);
    /// Restarts it with another certificate.
    void renew(const simulator::certificate_pair& identity);

private:
    void put(const simulator::certificate_pair& identity) const;
};

}  // namespace tests
