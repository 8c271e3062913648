#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace pipeline {

class byte_pool;

/// A piece of memory that is written once and then read by many: the body of an answer, out of which each job
/// takes its own. Copies share it; the last one gives it back to its pool. Counted without atomics: one
/// thread.
///
/// Behind its bytes there is room that may be read but holds nothing, for scanners that look at whole blocks.
class shared_bytes {
public:
    static constexpr std::size_t room_behind = 64;

    shared_bytes() = default;
    /// So many bytes, of no particular value, that belong to no pool.
    explicit shared_bytes(std::size_t size);
    [[nodiscard]] static shared_bytes copy_of(std::string_view text);

    shared_bytes(const shared_bytes& other) noexcept : block_{other.block_}, size_{other.size_}
    {
        if (block_ != nullptr) ++block_->owners;
    }
    shared_bytes(shared_bytes&& other) noexcept
        : block_{std::exchange(other.block_, nullptr)}, size_{std::exchange(other.size_, 0)}
    {}
    shared_bytes& operator=(shared_bytes other) noexcept
    {
        std::swap(block_, other.block_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~shared_bytes()
    {
        if (block_ != nullptr && --block_->owners == 0) release(block_);
    }

    [[nodiscard]] char* data() noexcept { return block_ == nullptr ? nullptr : block_->bytes(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view view() const noexcept
    {
        return block_ == nullptr ? std::string_view{} : std::string_view{block_->bytes(), size_};
    }

private:
    friend class byte_pool;

    struct block {
        std::size_t owners;
        std::size_t capacity;
        byte_pool* home;

        [[nodiscard]] char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
    };

    shared_bytes(block* taken, std::size_t size) noexcept : block_{taken}, size_{size} {}
    static block* make_block(std::size_t capacity, byte_pool* home);
    static void destroy(block* unused) noexcept;
    static void release(block* unused) noexcept;

    block* block_ = nullptr;
    std::size_t size_ = 0;
};

/// Keeps the memory of large answers for the next ones: fresh memory costs a page fault for every four
/// kilobytes, and is cold. Holds at most `most_idle` bytes that nobody uses. What was taken from it must have
/// come back before it goes. One thread.
class byte_pool {
public:
    explicit byte_pool(std::size_t most_idle) : most_idle_{most_idle} {}
    ~byte_pool();
    byte_pool(const byte_pool&) = delete;
    byte_pool& operator=(const byte_pool&) = delete;

    /// So many bytes, of no particular value.
    [[nodiscard]] shared_bytes take(std::size_t size);

    [[nodiscard]] std::size_t idle_bytes() const noexcept { return idle_bytes_; }

private:
    friend class shared_bytes;
    void take_back(shared_bytes::block* unused) noexcept;

    std::size_t most_idle_;
    std::size_t idle_bytes_ = 0;
    std::size_t in_use_ = 0;
    std::vector<shared_bytes::block*> idle_;  // the warmest is the last
};

}  // namespace pipeline
