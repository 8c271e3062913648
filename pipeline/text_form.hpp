#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/made_text.hpp"

namespace pipeline {

/// Understands a record that is plain text: its whole value is the text, and stands where the route's
/// templates say {{}}.
class text_form {
public:
    /// Throws std::invalid_argument where a text of the route is no template, or points into a document.
    explicit text_form(const config::route_settings& route);

    /// The one piece of the record: its text, or all messages. The value is well-formed UTF-8 without a byte
    /// order mark or a NUL character, and not blank; otherwise fails with the byte at which it is not.
    [[nodiscard]] result<piece> read(std::string_view value) const;

private:
    /// A template made ready: the literals between which the text stands, one more than it stands times.
    class frame {
    public:
        explicit frame(const std::string& written);
        [[nodiscard]] made_text around(std::string_view text) const;

    private:
        std::vector<std::string> literals_;
    };
    struct framed_message {
        std::string role;
        frame content;
    };

    std::optional<frame> text_;             ///< where the route has no messages
    std::vector<framed_message> messages_;  ///< chat, and responses that are asked with messages
};

}  // namespace pipeline
