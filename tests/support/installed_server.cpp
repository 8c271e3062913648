#include "tests/support/installed_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

bool listens(std::uint16_t port)
{
    asio::io_context loop;
    tcp::socket socket{loop};
    boost::system::error_code refused;
    socket.connect(loopback(port), refused);
    return !refused;
}

}  // namespace

std::uint16_t free_port()
{
    asio::io_context loop;
    return tcp::acceptor{loop, loopback(0)}.local_endpoint().port();
}

void installed_server::start(std::vector<std::string> command)
{
    command.insert(command.begin(), "/usr/bin/env");
    command_ = std::move(command);
    start_again();
}

void installed_server::start_again()
{
    running_.emplace(program_call{.command = command_,
                                  .environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}},
                                  .output_file = folder_.path_of("out"),
                                  .error_file = folder_.path_of("err")});
    // Only its port says that it is ready. A child that has ended never will be.
    while (!listens(port_)) {
        if (!running_->runs(10ms))
            throw std::runtime_error{command_.at(1) + " has not started (tools/install-dependencies?): " +
                                     running_->errors() + running_->output()};
    }
}

void installed_server::restart()
{
    running_->send(SIGTERM);
    static_cast<void>(running_->wait());
    start_again();
}

tinyproxy::tinyproxy(const std::string& account)
{
    const auto file =
        folder().put("tinyproxy.conf", "Port " + std::to_string(port()) +
                                           "\nListen 127.0.0.1\nTimeout 600\nMaxClients 1000\n"
                                           "LogLevel Connect\nLogFile \"" +
                                           folder().path_of("log") + "\"\n" +
                                           (account.empty() ? "" : "BasicAuth " + account + "\n"));
    start({"tinyproxy", "-d", "-c", file});
}

nginx_terminator::nginx_terminator(const simulator::certificate_pair& identity, std::uint16_t behind)
{
    put(identity);
    const auto place = folder().path() + '/';
    std::string temporary;
    for (const std::string each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary.append(each).append("_temp_path ").append(place).append(each).append(";\n");
    const auto file = folder().put(
        "nginx.conf", "daemon off;\nmaster_process off;\npid " + place + "pid;\nerror_log " + place +
                          "log;\nevents { worker_connections 4096; }\nhttp {\naccess_log off;\n" + temporary +
                          "upstream behind { server 127.0.0.1:" + std::to_string(behind) +
                          "; keepalive 256; }\nserver {\nlisten 127.0.0.1:" + std::to_string(port()) +
                          " ssl;\nssl_certificate " + place + "cert.pem;\nssl_certificate_key " + place +
                          "key.pem;\nkeepalive_timeout 1s;\nclient_max_body_size 64m;\n"
                          "location / { proxy_pass http://behind; proxy_http_version 1.1; "
                          "proxy_set_header Connection \"\"; }\n}\n}\n");
    start({"nginx", "-e", place + "log", "-c", file});
}

void nginx_terminator::renew(const simulator::certificate_pair& identity)
{
    put(identity);
    restart();
}

void nginx_terminator::put(const simulator::certificate_pair& identity) const
{
    folder().put("cert.pem", identity.certificate);
    folder().put("key.pem", identity.key);
}

}  // namespace tests
