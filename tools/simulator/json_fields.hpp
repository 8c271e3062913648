#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace simulator {

/// A value as JSON text, without white space.
[[nodiscard]] std::string json_of(const rapidjson::Value& value);

/// What is wrong with a document, and where.
struct json_problem {
    std::string path;  ///< such as `messages[0].role`
    std::string message;
    std::string code;  ///< the service's word for it, such as `invalid_type`
};

/// Reads the members of one JSON object strictly. The first problem of the whole document is kept and
/// reading goes on, so that a caller asks for everything it wants and looks at the problem once.
/// A member that is null counts as absent, as it does for the service.
class json_fields {
public:
    /// Both references must outlive the object. `value` need not be an object: that is the first problem.
    json_fields(const rapidjson::Value& value, std::string path, std::optional<json_problem>& first);

    /// The member, or null where it is absent.
    [[nodiscard]] const rapidjson::Value* find(std::string_view name) const;
    /// The same, and its absence is a problem.
    const rapidjson::Value* require(std::string_view name);

    std::optional<std::int64_t> integer(std::string_view name, std::int64_t lowest, std::int64_t highest);
    std::optional<double> number(std::string_view name, double lowest, double highest);
    std::optional<bool> boolean(std::string_view name);
    std::optional<std::string> text(std::string_view name);

    /// The value that belongs to the member's word.
    template <class T>
    std::optional<T> word(std::string_view name, std::span<const std::pair<std::string_view, T>> words)
    {
        const auto given = text(name);
        if (!given) return std::nullopt;
        for (const auto& [known, value] : words) {
            if (known == *given) return value;
        }
        fail(name, "is not one of the words that are known here", "invalid_value");
        return std::nullopt;
    }

    /// Any other member is a problem.
    void allow_only(std::initializer_list<std::string_view> names);

    /// Where a member stands, for messages.
    [[nodiscard]] std::string path_of(std::string_view name) const;

    /// `what` continues a sentence that begins with the member's path.
    void fail(std::string_view name, std::string_view what, std::string_view code);

private:
    const rapidjson::Value& value_;
    std::string path_;
    std::optional<json_problem>& first_;
};

}  // namespace simulator
