#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "worker/make_token_source.hpp"
#include "worker/token_source.hpp"

namespace tests {

/// An answer with a token that lasts an hour.
[[nodiscard]] inline std::string granting(const std::string& token)
{
    return http_text(
        "200 OK", "Content-Type: application/json\r\n",
        R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":")" + token + "\"}");
}

/// Issuers of tokens, a connection for each request, and sources that ask them.
struct issuer_rig {
    explicit issuer_rig(std::vector<std::string> answers) : server{scripts_of(std::move(answers))} {}

    static std::vector<script> scripts_of(std::vector<std::string> answers)
    {
        std::vector<script> scripts;
        for (auto& each : answers) scripts.push_back(answering(std::move(each)));
        return scripts;
    }
    [[nodiscard]] std::string url(const std::string& path = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(server.port()) + path;
    }
    /// A sign-in by that one identity at this issuer.
    [[nodiscard]] config::entra_id_settings by(config::identity which) const
    {
        config::entra_id_settings settings;
        settings.source = config::source_of(which);
        settings.authority = url();
        settings.identities = {std::move(which)};
        return settings;
    }
    [[nodiscard]] std::unique_ptr<worker::token_source> source(config::identity which)
    {
        return worker::make_token_source(loop, by(std::move(which)), log);
    }
    /// The token, or `code: detail` of the failure.
    std::string fetch(worker::token_source& from)
    {
        const auto got = run(loop, from.fetch());
        if (got) return std::string{got->value.reveal()};
        const auto why = got.error();
        return why.code() + ": " + why.detail();
    }
    std::string fetch(config::identity which)
    {
        const auto from = source(std::move(which));
        return fetch(*from);
    }
    [[nodiscard]] std::string request(std::size_t which = 0) const { return server.requests().at(which); }

    boost::asio::io_context loop;
    kept_log log;
    scripted_server server;
};

}  // namespace tests
