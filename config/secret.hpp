#pragma once

#include <string>
#include <string_view>

namespace config {

/// A value that must not leave the process other than on the wire it is meant for. It cannot be
/// printed, compared or copied, and its memory is overwritten when it goes.
class secret {
public:
    explicit secret(std::string value);
    secret(secret&& other) noexcept;
    secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret();

    /// The value itself. Every caller is a place to look at in a review.
    [[nodiscard]] std::string_view reveal() const { return value_; }

private:
    void wipe() noexcept;

    std::string value_;
};

/// Where a secret comes from. A configuration file holds only this, never the value.
struct secret_reference {
    enum class source { environment, file };
    source from = source::environment;
    std::string name;  ///< a variable's name, or a path

    bool operator==(const secret_reference&) const = default;
};

/// Reads the secret now. White space at both ends is dropped, because editors and `echo` leave a newline.
/// Throws std::runtime_error that names the variable or file (never its content) and `purpose` when there is
/// none.
[[nodiscard]] secret read_secret(const secret_reference& reference, const std::string& purpose);

}  // namespace config
