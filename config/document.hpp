#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace config {

struct node_member;

/// A JSON value that knows where in the file it stands.
struct node {
    enum class kind { null, boolean, number, string, array, object };
    kind is = kind::null;
    bool truth = false;                ///< of a boolean
    std::string text;                  ///< of a string; a number as it is written
    std::vector<node> elements;        ///< of an array
    std::vector<node_member> members;  ///< of an object, in the order of the file
    std::size_t offset = 0;            ///< of its first byte
    std::string path;                  ///< `routes.documents.from[0]`; empty for the whole document

    /// The first member of that name, or null.
    [[nodiscard]] const node* find(std::string_view name) const;
};

struct node_member {
    std::string name;
    std::size_t offset = 0;  ///< of the name's opening quote
    node value;
};

/// The path of a member; names that would be mistaken for structure are written as ["na.me"].
[[nodiscard]] std::string member_path(std::string_view parent, std::string_view name);
[[nodiscard]] std::string element_path(std::string_view parent, std::size_t index);

/// "a string", "an object", …
[[nodiscard]] std::string_view name_of(node::kind kind);

/// `text` between quotes, made fit for one line of a terminal and cut where it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// Reads JSON with // and /* */ comments and trailing commas, both of which make it easy to switch a line
/// off. Foreign bytes: any input gives a node or at least one problem, in bounded depth. Members that stand
/// twice are problems, but the document is still returned, so that more can be found in it.
[[nodiscard]] std::optional<node> parse_document(std::string_view text, problem_list& problems);

}  // namespace config
