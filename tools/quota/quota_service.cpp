#include "tools/quota/quota_service.hpp"

#include <algorithm>
#include <cmath>

namespace quota {
namespace {

constexpr double minute = 60;
constexpr double request_window = 10;            // seconds; measured at Azure OpenAI
constexpr double provisioned_burst = 15 / 60.0;  // of a minute's quota

}  // namespace

admission quota_service::admit(std::int64_t charge, double now)
{
    pass(now);
    const auto cost = static_cast<double>(charge);
    const auto too_many = static_cast<double>(requests_.size()) + 1 > requests_per_window();
    const auto fits = settings_.counts == counting::provisioned ? used_ < brim() : used_ + cost <= brim();
    admission given{.admitted = !too_many && fits, .of_requests = too_many, .notice = {}};
    if (given.admitted || settings_.refused_count) {
        used_ += cost;
        charges_.push_back({now, cost});
        requests_.push_back(now);
    }
    if (!given.admitted) {
        const auto wait =
            too_many ? request_window - (now - requests_.front()) : seconds_until_room_for(cost, now);
        given.retry_after = std::clamp(std::ceil(wait), 1.0, settings_.longest_retry_after);
    }
    if (settings_.tells_limits) given.notice = notice();
    return given;
}

void quota_service::ended(std::int64_t charge, double now)
{
    pass(now);
    if (settings_.counts == counting::provisioned)
        used_ = std::max(0.0, used_ - settings_.part_returned * static_cast<double>(charge));
}

void quota_service::pass(double now)
{
    while (!requests_.empty() && requests_.front() + request_window <= now) requests_.pop_front();
    const auto limit = tokens_per_minute();
    switch (settings_.counts) {
        case counting::rolling_minute:
            while (!charges_.empty() && charges_.front().at + minute <= now) {
                used_ -= charges_.front().amount;
                charges_.pop_front();
            }
            break;
        case counting::token_bucket:
        case counting::provisioned:
            used_ = std::max(0.0, used_ - (now - passed_until_) * limit / minute);
            charges_.clear();
            break;
        case counting::fixed_minute:
            if (std::floor(now / minute) > std::floor(passed_until_ / minute)) used_ = 0;
            charges_.clear();
            break;
    }
    passed_until_ = now;
}

double quota_service::requests_per_window() const { return requests_per_minute() * request_window / minute; }

double quota_service::brim() const
{
    return settings_.counts == counting::provisioned ? tokens_per_minute() * provisioned_burst
                                                     : tokens_per_minute();
}

double quota_service::seconds_until_room_for(double charge, double now) const
{
    const auto per_second = tokens_per_minute() / minute;
    switch (settings_.counts) {
        case counting::rolling_minute: {
            auto used = used_;
            for (const auto& each : charges_) {
                used -= each.amount;
                if (used + charge <= brim()) return each.at + minute - now;
            }
            return minute;
        }
        case counting::token_bucket: return (used_ + charge - brim()) / per_second;
        case counting::fixed_minute: return minute - std::fmod(now, minute);
        case counting::provisioned: return (used_ - brim()) / per_second;
    }
    return minute;
}

pipeline::quota_notice quota_service::notice() const
{
    pipeline::quota_notice said;
    const auto limit = tokens_per_minute();
    if (settings_.counts == counting::provisioned) {
        said.utilization = used_ / brim();
        return said;
    }
    said.limit_tokens = std::llround(limit);
    said.remaining_tokens = std::max<std::int64_t>(0, std::llround(limit - used_));
    said.limit_requests = std::llround(requests_per_minute());
    said.remaining_requests = std::max<std::int64_t>(
        0, std::llround(requests_per_window() - static_cast<double>(requests_.size())));
    return said;
}

}  // namespace quota
