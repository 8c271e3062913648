#pragma once

#include <fstream>
#include <string>

#include "tools/simulator/service.hpp"

namespace simulator {

/// A file that gets one line of JSON for every call: what came in and what goes out, for whoever wants to
/// judge the traffic afterwards. README.md of this folder lists the members.
///
/// A line is there before the first byte of its answer is sent, so that a client that has read an answer
/// finds it. Credentials are left out of it, texts are not. Belongs to one thread.
class journal {
public:
    /// Appends to the file; no file is opened, and nothing kept, where `path` is empty.
    /// Throws std::runtime_error where it cannot be opened.
    explicit journal(const std::string& path);

    [[nodiscard]] bool is_kept() const { return file_.is_open(); }

    void enter(const http_request& asked, const delivery& out);

private:
    std::ofstream file_;
};

}  // namespace simulator
