#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/record.hpp"

namespace pipeline {

/// Larger records are refused unread: no service takes a request of that size.
constexpr std::size_t max_record_bytes = 16 * 1024 * 1024;

/// Understands the records of one route.
///
/// Every malformed record fails with errc::refused, a code that names the kind of mistake, and a detail
/// that names the place (byte offset or JSON Pointer) and what was expected; the detail never quotes
/// text of the record. Bounded in depth and time, whatever the bytes are.
class job_codec {
public:
    /// `settings` must outlive the codec. Its pointers, templates and parameters have been checked by the
    /// loader; where they are wrong all the same, throws std::invalid_argument.
    explicit job_codec(const config::route_settings& settings);
    ~job_codec();
    job_codec(job_codec&&) noexcept;

    /// `source` has a value: tombstones never come here. `now` and `unix_now_ms` are the same moment; the
    /// job's deadline counts from it, or from the record's timestamp where the route says so. A traceparent
    /// that is none is left unheard. Whether
    /// job::wanted_model is one of the route's deployments is the caller's question.
    [[nodiscard]] result<job> decode(const record& source, config::time_point now,
                                     std::int64_t unix_now_ms) const;

    /// The id that the record itself has, where as much of it can be understood; else empty. Also of records
    /// that decode() refuses, and of tombstones.
    [[nodiscard]] std::string find_id(const record& source) const;

private:
    struct plan;
    std::unique_ptr<const plan> plan_;
};

}  // namespace pipeline
