#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/record_text.hpp"

namespace pipeline {

/// Understands a JSON document that was made for other readers too: the route says where its texts are, or
/// how a prompt is made from it, and where its id is.
class record_form {
public:
    /// Throws std::invalid_argument where a text of the route is neither a pointer nor a template.
    explicit record_form(const config::route_settings& route);

    /// All texts of the record; where the route has messages one piece with all of them.
    [[nodiscard]] result<piece_list> pieces(const json_value& record) const;

    /// The id that the record carries, a string or a number; empty where the route names none.
    [[nodiscard]] result<std::string> id(const json_value& record) const;

private:
    struct message_text {
        std::string role;
        record_text content;
    };

    [[nodiscard]] result<piece_list> messages(const json_value& record) const;

    std::optional<record_text> text_;     ///< where the route has no messages
    std::vector<message_text> messages_;  ///< chat, and responses that are asked with messages
    bool one_text_ = false;               ///< a request takes one text, and a record may not have more
    std::optional<std::string> id_pointer_;
    std::vector<std::string> id_tokens_;
};

}  // namespace pipeline
