#include "worker/token_credential.hpp"

#include <utility>

#include "worker/secret_text.hpp"

namespace worker {

namespace asio = boost::asio;
using pipeline::failure;
using pipeline::result;

token_credential::token_credential(pipeline::timeline& time, pipeline::event_log& log,
                                   std::unique_ptr<token_source> source, std::uint64_t seed)
    : time_{time}, log_{log}, source_{std::move(source)}, schedule_{seed}, due_{time.make_alarm()}
{}

asio::awaitable<result<credential::shown>> token_credential::show(config::time_point by)
{
    while (!schedule_.is_usable(time_.now())) {
        const auto now = time_.now();
        if (failure_ && now < schedule_.next_fetch()) {
            auto why = *failure_;
            co_return std::move(why).with_retry_after(schedule_.next_fetch() - now);
        }
        if (now >= by)
            co_return failure{pipeline::errc::transient, "no token in time from " + source_->name()}
                .with_code(std::string{token_failure::garbage});
        co_await wait_for_attempt(by);
    }
    co_return shown{line_->reveal(), version_};
}

asio::awaitable<bool> token_credential::replace(std::uint64_t refused, config::time_point by)
{
    if (refused != version_) co_return true;
    if (!schedule_.refused(time_.now())) co_return false;

    const auto attempts = attempts_;
    due_->ring();
    while (attempts == attempts_ && time_.now() < by) co_await wait_for_attempt(by);
    co_return refused != version_;
}

void token_credential::renew()
{
    if (schedule_.refused(time_.now())) due_->ring();
}

std::string_view token_credential::advice() const
{
    return "the identity that signed in needs the role Cognitive Services OpenAI User (Foundry: Cognitive "
           "Services User) on the resource, which takes up to five minutes to be known; and scope has to be "
           "what the endpoint expects";
}

asio::awaitable<void> token_credential::run()
{
    for (;;) {
        while (time_.now() < schedule_.next_fetch()) co_await due_->wait_until(schedule_.next_fetch());
        take(co_await source_->fetch());
    }
}

asio::awaitable<void> token_credential::wait_for_attempt(config::time_point by)
{
    waiter me;
    me.bell = time_.make_alarm();
    waiters_.push_back(me);
    co_await me.bell->wait_until(by);
}

void token_credential::take(result<access_token> got)
{
    ++attempts_;
    if (got) {
        keep(*std::move(got));
    } else {
        tell_failure(got.error());
        schedule_.failed(*failure_, time_.now());
        if (listener_ != nullptr) listener_->failed(failure_->detail());
    }
    while (!waiters_.empty()) {
        auto& next = waiters_.front();
        waiters_.pop_front();
        next.bell->ring();
    }
}

void token_credential::keep(access_token token)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(token.lifetime).count();
    const bool is_news = failure_ || version_ == 0;
    log_.write(is_news ? config::log_level::info : config::log_level::debug, "signed in",
               {{"identity", source_->name()}, {"token_lasts_s", std::int64_t{seconds}}});
    failure_.reset();
    line_ = joined_secret({"Authorization: Bearer ", token.value.reveal(), "\r\n"});
    ++version_;
    schedule_.granted(token.lifetime, token.refresh_in, time_.now());
    if (listener_ != nullptr) listener_->granted(token.value.reveal(), token.lifetime);
}

/// Once where it begins and where the reason changes; every attempt would be a line a minute.
void token_credential::tell_failure(const failure& why)
{
    const bool is_news = !failure_ || failure_->detail() != why.detail();
    log_.write(is_news ? config::log_level::warning : config::log_level::debug, "signing in failed",
               {{"identity", source_->name()}, {"code", why.code()}, {"reason", why.detail()}});
    failure_ = failure{why.reason(), "signing in by " + source_->name() + " failed: " + why.detail()}
                   .with_code(why.code())
                   .with_retry_after(why.retry_after());
}

}  // namespace worker
