#pragma once

#include <string>
#include <vector>

#include "tests/support/scratch_folder.hpp"

namespace tests {

/// What the openssl command, which knows nothing of our code, makes of its arguments. Runs in the folder's
/// files `out` and `err`.
struct openssl_result {
    int exit_code = 0;
    std::string output;
};
[[nodiscard]] openssl_result openssl(const scratch_folder& folder, std::vector<std::string> arguments);

/// Makes `key.pem` and `cert.pem` in the folder: a private key of that kind ("rsa:2048") and a certificate of
/// its own signature.
void make_certificate(const scratch_folder& folder, const std::string& kind = "rsa:2048");

}  // namespace tests
