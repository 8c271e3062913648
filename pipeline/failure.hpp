#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/units.hpp"
#include "pipeline/quota_notice.hpp"

namespace pipeline {

/// Why a call, a record or a job gave no result: one entry per way of reacting. Two causes that are
/// treated the same share an entry and differ in failure::code and failure::detail.
enum class errc {
    throttled = 1,       ///< over a quota: wait, send the same again, no attempt is used up
    transient,           ///< 5xx, broken connection, unreadable answer: repeat, then bisect
    timed_out,           ///< no complete answer in time: as transient, but in smaller batches
    too_large,           ///< the batch is over a limit of the service: halve it, and learn the limit
    too_long,            ///< a text has more tokens than the model takes: find it, and cut it where allowed
    refused,             ///< something in the batch will never be accepted: bisect to find it
    filtered,            ///< as refused, by the content filter: an ending of its own
    deployment_stopped,  ///< key, name, network or money: nobody's request can succeed until it is mended
    route_stopped,       ///< the route's configuration is wrong: its jobs stay open
    expired,             ///< the job's deadline passed
    abandoned            ///< the process is stopping; the job stays open
};

/// Tokens of a text as a service counted them when it refused it; numbers from foreign bytes.
struct token_counts {
    std::int64_t allowed = 0;             ///< the most that the text may have
    std::optional<std::int64_t> counted;  ///< what it has, where the service says so

    bool operator==(const token_counts&) const = default;
};

/// An errc and what is needed to act on it and to explain it.
/// A class with constructors, not an aggregate: GCC 12 destroys aggregate temporaries twice where they
/// stand in an expression with co_await.
class failure {
public:
    failure() = default;  // result<T>::error() of Boost 1.81 asks for it; means nothing
    failure(errc reason, std::string detail) : reason_{reason}, detail_{std::move(detail)} {}

    /// A short word that is the same for the same cause: the service's error code, or ours
    /// ("invalid_utf8"). Compared when refusals are counted, published with dead letters.
    failure&& with_code(std::string code) &&
    {
        code_ = std::move(code);
        return std::move(*this);
    }
    /// The HTTP status, where there was one.
    failure&& with_status(int status) &&
    {
        status_ = status;
        return std::move(*this);
    }
    /// How long the service asked us to stay away.
    failure&& with_retry_after(std::optional<config::duration> wait) &&
    {
        retry_after_ = wait;
        return std::move(*this);
    }
    /// The id under which the service knows the request.
    failure&& with_request_id(std::string id) &&
    {
        request_id_ = std::move(id);
        return std::move(*this);
    }
    /// The most inputs that one request may have, where the service said so.
    failure&& with_max_inputs(std::optional<std::size_t> limit) &&
    {
        max_inputs_ = limit;
        return std::move(*this);
    }
    /// How long the text was and may be, where the service said so.
    failure&& with_token_counts(std::optional<token_counts> counts) &&
    {
        token_counts_ = counts;
        return std::move(*this);
    }
    /// What the service said of its limits along with the failure.
    failure&& with_quota(quota_notice notice) &&
    {
        quota_ = notice;
        return std::move(*this);
    }
    /// Which limit it was, where the service refused for quota.
    failure&& with_limit(limit_kind limit) &&
    {
        limit_ = limit;
        return std::move(*this);
    }
    /// More to the detail, for people: what the service cannot know.
    failure&& with_further_detail(std::string_view words) &&
    {
        detail_.append("; ").append(words);
        return std::move(*this);
    }

    [[nodiscard]] errc reason() const { return reason_; }
    [[nodiscard]] const std::string& code() const { return code_; }
    /// One sentence for people; never parsed. May quote the service, never a text of a job.
    [[nodiscard]] const std::string& detail() const { return detail_; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::optional<config::duration> retry_after() const { return retry_after_; }
    [[nodiscard]] const std::string& request_id() const { return request_id_; }
    [[nodiscard]] std::optional<std::size_t> max_inputs() const { return max_inputs_; }
    [[nodiscard]] const std::optional<token_counts>& counts() const { return token_counts_; }
    [[nodiscard]] const quota_notice& quota() const { return quota_; }
    [[nodiscard]] limit_kind limit() const { return limit_; }

private:
    errc reason_{};
    std::string code_;
    std::string detail_;
    int status_ = 0;
    std::optional<config::duration> retry_after_;
    std::string request_id_;
    std::optional<std::size_t> max_inputs_;
    std::optional<token_counts> token_counts_;
    quota_notice quota_;
    limit_kind limit_ = limit_kind::unknown;
};

template <class T>
using result = boost::system::result<T, failure>;

/// Lets result<T>::value() throw; for tests and tools, never on the data path.
[[noreturn]] void throw_exception_from_error(const failure& why, const boost::source_location& where);

}  // namespace pipeline
