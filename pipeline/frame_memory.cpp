#include "pipeline/frame_memory.hpp"

#include <array>
#include <new>
#include <utility>

namespace pipeline {
namespace {

#ifdef BATCHMILL_SANITIZED
constexpr std::size_t most_idle = 0;  // bytes of each class
#else
constexpr std::size_t most_idle = 2 * 1024 * 1024;
#endif

constexpr std::size_t step = 64;
constexpr std::size_t classes = 64;  // larger frames are rare: allocated and freed

constexpr std::size_t class_of(std::size_t size) { return (size + step - 1) / step; }

/// The idle frames of one thread: a list for each class of sizes, whose links stand in the frames themselves.
class frame_lists {
public:
    frame_lists() = default;
    frame_lists(const frame_lists&) = delete;
    frame_lists& operator=(const frame_lists&) = delete;
    ~frame_lists()
    {
        for (auto& each : lists_)
            while (each.first != nullptr) ::operator delete(std::exchange(each.first, each.first->next));
    }

    void* take(std::size_t kind) noexcept
    {
        auto& list = lists_[kind];
        auto* taken = list.first;
        if (taken == nullptr) return nullptr;
        list.first = taken->next;
        --list.length;
        return taken;
    }

    bool put(void* frame, std::size_t kind) noexcept
    {
        auto& list = lists_[kind];
        if ((list.length + 1) * kind * step > most_idle) return false;
        list.first = new (frame) link{list.first};
        ++list.length;
        return true;
    }

    [[nodiscard]] std::size_t count(std::size_t kind) const noexcept { return lists_[kind].length; }

private:
    struct link {
        link* next;
    };
    struct idle_list {
        link* first = nullptr;
        std::size_t length = 0;
    };
    std::array<idle_list, classes> lists_{};
};

thread_local frame_lists idle;

}  // namespace

void* frame_memory::take(std::size_t size)
{
    const auto kind = class_of(size);
    if (kind >= classes) return ::operator new(size);
    if (auto* warm = idle.take(kind)) return warm;
    return ::operator new(kind * step);
}

void frame_memory::give_back(void* frame, std::size_t size) noexcept
{
    const auto kind = class_of(size);
    if (kind >= classes || !idle.put(frame, kind)) ::operator delete(frame);
}

std::size_t frame_memory::idle_frames(std::size_t size) noexcept
{
    const auto kind = class_of(size);
    return kind < classes ? idle.count(kind) : 0;
}

}  // namespace pipeline
