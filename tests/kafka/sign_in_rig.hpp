#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <string_view>

#include "tests/support/numbered_work.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/secured_kafka.hpp"

namespace tests {

inline bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

inline std::string file_reference(const std::string& path) { return R"({"file": ")" + path + R"("})"; }

/// A rig whose program reaches the brokers through a secured listener.
struct sign_in_rig {
    explicit sign_in_rig(const simulator::options& service = {}) : rig{service}
    {
        rig.make_topics({{"in", 4}, {"out", 2}, {"dead", 1}});
        rig.reach_brokers_at(kafka.sasl());
    }

    [[nodiscard]] std::string tls(const std::string& authority = "ca.pem",
                                  const std::string& further = {}) const
    {
        return R"("tls": {"ca_file": ")" + kafka.path_of(authority) + '"' + further + "}";
    }
    [[nodiscard]] std::string password(const std::string& mechanism, const std::string& file) const
    {
        return R"("auth": {"sasl": {"mechanism": ")" + mechanism + R"(", "user": "mill", "password": )" +
               file_reference(file) + "}}, " + tls();
    }
    [[nodiscard]] std::string password(const std::string& mechanism) const
    {
        return password(mechanism, kafka.path_of("password"));
    }
    [[nodiscard]] std::string certificate() const
    {
        return tls("ca.pem", R"(, "certificate": ")" + kafka.path_of("client.pem") + R"(", "key": ")" +
                                 kafka.path_of("client.key") + '"');
    }
    /// Tokens by client credentials at that issuer.
    [[nodiscard]] std::string oauth(const scripted_server& issuer) const
    {
        return R"("auth": {"oauth": {"token_url": "http://127.0.0.1:)" + std::to_string(issuer.port()) +
               R"(/token", "client_id": "mill", "client_secret": )" +
               file_reference(scratch.put("secret", "s3cret-of-mill")) + "}}, " + tls();
    }
    /// The same from Entra ID.
    [[nodiscard]] std::string entra_id(const scripted_server& authority) const
    {
        return R"("auth": {"entra_id": {"source": "client_secret", "tenant": "contoso", "client_id": "mill",
                  "scope": "api://kafka/.default", "authority": "http://127.0.0.1:)" +
               std::to_string(authority.port()) + R"(", "client_secret": )" +
               file_reference(scratch.put("secret", "s3cret-of-mill")) + "}}, " + tls();
    }

    /// The log of a run with these members of "kafka", and these others, which ends once the log has that
    /// word in it.
    std::string trouble_with(const std::string& members, std::string_view word,
                             const std::string& others = embedding_work())
    {
        rig.configure(others, members);
        auto program = rig.start("run");
        for (int tries = 0; !holds(program.errors(), word) && tries < 300; ++tries)
            static_cast<void>(program.runs(std::chrono::milliseconds{200}));
        program.send(SIGTERM);
        static_cast<void>(program.wait());
        CHECK_MESSAGE(holds(program.errors(), word), program.errors());
        return program.errors();
    }

    secured_kafka kafka = secured_kafka::from_environment();
    mill_rig rig;
    scratch_folder scratch;
};

}  // namespace tests
