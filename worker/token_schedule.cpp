#include "worker/token_schedule.hpp"

#include <algorithm>
#include <cassert>
#include <random>

namespace worker {
namespace {

using namespace std::chrono_literals;

constexpr config::duration long_life = 2h;
constexpr config::duration ahead_of_end = 5min;
constexpr config::duration unusable_before_end = 1min;
constexpr config::duration least_pause = 1s;
constexpr config::duration pause_until_mended = 1min;
constexpr config::duration too_young_to_replace = 30s;

config::duration wait_for_refresh(config::duration lifetime, std::optional<config::duration> refresh_in)
{
    if (refresh_in && *refresh_in > config::duration::zero() && *refresh_in < lifetime) return *refresh_in;
    if (lifetime >= long_life || lifetime < 2 * ahead_of_end) return lifetime / 2;
    return lifetime - ahead_of_end;
}

}  // namespace

void token_schedule::granted(config::duration lifetime, std::optional<config::duration> refresh_in,
                             config::time_point now)
{
    assert(lifetime > config::duration::zero());
    failures_ = 0;
    granted_at_ = now;
    usable_until_ = now + lifetime - std::min<config::duration>(unusable_before_end, lifetime / 4);

    const auto wait = wait_for_refresh(lifetime, refresh_in);
    std::uniform_int_distribution<config::duration::rep> earlier{0, wait.count() / 10};
    next_fetch_ = now + std::max<config::duration>(least_pause, wait - config::duration{earlier(random_)});
}

void token_schedule::failed(const pipeline::failure& why, config::time_point now)
{
    ++failures_;
    auto pause = std::max<config::duration>(least_pause, pause_.after(failures_ + 1));
    if (why.reason() == pipeline::errc::deployment_stopped) pause = pause_until_mended;
    if (const auto asked = why.retry_after()) pause = pause_.after_request_to_wait(*asked);
    next_fetch_ = now + pause;
}

bool token_schedule::refused(config::time_point now)
{
    if (failures_ > 0 && now < next_fetch_) return false;
    if (granted_at_ == config::time_point::min() || now - granted_at_ < too_young_to_replace) return false;
    next_fetch_ = std::min(next_fetch_, now);
    return true;
}

}  // namespace worker
