#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/units.hpp"

namespace pipeline {

/// What a receipt is a receipt of: a source keeps one per partition or file and learns from it which
/// records are done.
class receipt_book {
public:
    virtual ~receipt_book() = default;
    /// The outcome of record `number` of `section` is durable. A section that the source has given up
    /// meanwhile is not an error.
    virtual void close(std::uint64_t section, std::int64_t number) noexcept = 0;
};

/// The claim of one record to be finished. Close it when the outcome is durable. A receipt that goes
/// unclosed leaves the record open, so that it is read again after a restart: nothing gets lost by
/// forgetting. The book must outlive it.
class [[nodiscard]] receipt {
public:
    receipt() = default;
    receipt(receipt_book& book, std::uint64_t section, std::int64_t number)
        : book_{&book}, section_{section}, number_{number}
    {}
    receipt(receipt&& other) noexcept
        : book_{std::exchange(other.book_, nullptr)}, section_{other.section_}, number_{other.number_}
    {}
    receipt& operator=(receipt&& other) noexcept
    {
        book_ = std::exchange(other.book_, nullptr);
        section_ = other.section_;
        number_ = other.number_;
        return *this;
    }
    ~receipt() = default;

    void close() noexcept
    {
        if (auto* book = std::exchange(book_, nullptr)) book->close(section_, number_);
    }

private:
    receipt_book* book_ = nullptr;
    std::uint64_t section_ = 0;
    std::int64_t number_ = 0;
};

/// Header of a record. Kafka knows headers without a value.
struct header {
    std::string name;
    std::optional<std::string> value;

    bool operator==(const header&) const = default;
};

/// Where a record was read. A file is a topic with the one partition 0 and line numbers as offsets.
struct origin {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp_ms = -1;  ///< Unix time; -1 where unknown
};

/// One message as it was read, owned: nothing of the source's buffers stays pinned.
struct record {
    origin from;
    std::optional<std::string> key;
    std::optional<std::string> value;  ///< absent: a tombstone
    std::vector<header> headers;
    receipt claim;

    /// What it costs of the budget until its job has ended: itself, its text once more as it stands in the
    /// request, its headers once more as its outcome may carry them, and the frames of the job's coroutines
    /// with what they keep (measured: 5 KB for a text).
    [[nodiscard]] config::bytes weight() const
    {
        constexpr std::size_t job_bytes = 5 * 1024;
        auto sum = job_bytes + sizeof(record) + (key ? key->size() : 0) + (value ? 2 * value->size() : 0);
        for (const auto& each : headers)
            sum += 2 * (each.name.size() + (each.value ? each.value->size() : 0));
        return config::bytes{static_cast<std::int64_t>(sum)};
    }
};

}  // namespace pipeline
