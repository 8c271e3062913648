#pragma once

#include <optional>
#include <string>

namespace worker {

/// The name of this process among those of its consumer group, for its transactional id: the configured one,
/// or the host's name, the user's number, and the lowest number that no other process of that user holds for
/// the group. That number is held by a lock on a file in the folder for temporary files, which goes with the
/// process however it ends.
class instance_name {
public:
    /// Throws std::runtime_error where no number can be locked.
    instance_name(const std::optional<std::string>& configured, const std::string& group);
    ~instance_name();
    instance_name(instance_name&& other) noexcept;
    instance_name& operator=(instance_name&&) = delete;

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
    int lock_ = -1;  ///< descriptor of the locked file; -1 where the name was configured
};

}  // namespace worker
