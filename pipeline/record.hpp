#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/units.hpp"
#include "pipeline/latch.hpp"

namespace pipeline {

/// Whose an open record is.
enum class claim_state {
    held,       ///< ours: its outcome may be published
    undecided,  ///< the source is being told anew what is ours: wait for it
    given_up    ///< somebody else's now, or done by somebody else: nothing may be published
};

/// What a receipt is a receipt of: a source keeps one per partition or file and learns from it which
/// records are done.
class receipt_book {
public:
    virtual ~receipt_book() = default;
    /// The outcome of record `number` of `section` is durable. A section that the source has given up
    /// meanwhile is not an error.
    virtual void close(std::uint64_t section, std::int64_t number) noexcept = 0;
    [[nodiscard]] virtual claim_state state(std::uint64_t section, std::int64_t number) const noexcept = 0;
    /// Opens `decided` when what was undecided has been decided. The latch must live until then.
    virtual void await_decision(latch& decided) = 0;
    /// Publishing an outcome begins or ends; while it lasts the source does not give its record up if it
    /// can help it.
    virtual void publication_began() noexcept = 0;
    virtual void publication_ended() noexcept = 0;
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
        : book_{std::exchange(other.book_, nullptr)},
          section_{other.section_},
          number_{other.number_},
          is_publishing_{std::exchange(other.is_publishing_, false)}
    {}
    receipt& operator=(receipt&& other) noexcept
    {
        end_publication();
        book_ = std::exchange(other.book_, nullptr);
        section_ = other.section_;
        number_ = other.number_;
        is_publishing_ = std::exchange(other.is_publishing_, false);
        return *this;
    }
    ~receipt() { end_publication(); }

    void close() noexcept
    {
        end_publication();
        if (auto* book = std::exchange(book_, nullptr)) book->close(section_, number_);
    }

    /// A receipt without a book is held: nobody can take its record away.
    [[nodiscard]] claim_state state() const noexcept
    {
        return book_ == nullptr ? claim_state::held : book_->state(section_, number_);
    }
    /// As receipt_book::await_decision(); for an undecided one.
    void await_decision(latch& decided) const { book_->await_decision(decided); }
    /// Publishing begins; ends with close() or with the receipt.
    void begin_publication() noexcept
    {
        if (book_ == nullptr || is_publishing_) return;
        is_publishing_ = true;
        book_->publication_began();
    }

    [[nodiscard]] std::uint64_t section() const noexcept { return section_; }
    [[nodiscard]] std::int64_t number() const noexcept { return number_; }

private:
    void end_publication() noexcept
    {
        if (std::exchange(is_publishing_, false)) book_->publication_ended();
    }

    receipt_book* book_ = nullptr;
    std::uint64_t section_ = 0;
    std::int64_t number_ = 0;
    bool is_publishing_ = false;
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
