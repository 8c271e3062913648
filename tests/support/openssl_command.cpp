#include "tests/support/openssl_command.hpp"

#include <stdexcept>

#include "tests/support/child_process.hpp"

namespace tests {

openssl_result openssl(const scratch_folder& folder, std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), {"/usr/bin/env", "openssl"});
    child_process command{{std::move(arguments), {}, folder.path_of("out"), folder.path_of("err")}};
    const int code = command.wait();
    return {code, command.output()};
}

void make_certificate(const scratch_folder& folder, const std::string& kind)
{
    std::vector<std::string> arguments{"req",   "-x509",   "-nodes", "-newkey", kind,
                                       "-subj", "/CN=app", "-days",  "2"};
    if (kind == "ec") arguments.insert(arguments.begin() + 5, {"-pkeyopt", "ec_paramgen_curve:P-256"});
    for (const std::string name : {"key", "cert"}) {
        arguments.push_back(name == "key" ? "-keyout" : "-out");
        arguments.push_back(folder.path_of(name + ".pem"));
    }
    if (openssl(folder, std::move(arguments)).exit_code != 0)
        throw std::runtime_error{"openssl made no certificate: " + folder.content_of("err")};
}

}  // namespace tests
