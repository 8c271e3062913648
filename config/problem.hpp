#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace config {

/// One thing that an operator has to change in a configuration file.
struct problem {
    std::string file;
    int line = 0;         ///< from 1; 0 where the file as a whole is meant
    int column = 0;       ///< from 1, in characters, as editors count
    std::string path;     ///< of the setting, `routes.documents.text`; empty where there is none
    std::string message;  ///< what is wrong and what to write instead; never the value of a variable

    bool operator==(const problem&) const = default;
};

/// `file:line:column: path: message` in one line, which terminals and editors turn into a link. Control
/// characters of what is quoted are shown as blanks.
[[nodiscard]] std::string to_string(const problem& what);

/// Collects the problems of one file and works out their lines and columns.
class problem_list {
public:
    /// `text` is what offsets count in; it must outlive the list.
    problem_list(std::string file, std::string_view text);

    void report(std::size_t offset, std::string path, std::string message);

    [[nodiscard]] bool empty() const { return found_.empty(); }

    /// Something at `path` or below it has been reported: rules that look at its value would only guess.
    [[nodiscard]] bool concerns(std::string_view path) const;

    /// In the order of the file. A file that is broken all over ends after the first hundred.
    [[nodiscard]] std::vector<problem> in_order() const;

private:
    struct finding {
        std::size_t offset;
        std::string path;
        std::string message;
    };

    [[nodiscard]] problem located(const finding& what) const;

    std::string file_;
    std::string_view text_;
    std::vector<std::size_t> line_starts_;
    std::vector<finding> found_;
};

}  // namespace config
