#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/task_group.hpp"
#include "tests/support/kept_log.hpp"
#include "tests/support/manual_timeline.hpp"
#include "worker/token_credential.hpp"

namespace tests {

/// An issuer in virtual time: its tokens are "t1", "t2", …
class fake_issuer final : public worker::token_source {
public:
    explicit fake_issuer(manual_timeline& time) : time_{time}, answer_{time.make_alarm()} {}

    boost::asio::awaitable<pipeline::result<worker::access_token>> fetch() override
    {
        ++asked;
        ++under_way;
        most_under_way = std::max(most_under_way, under_way);
        const auto answers_at = time_.now() + latency;
        while (time_.now() < answers_at) co_await answer_->wait_until(answers_at);
        --under_way;
        if (why_not) co_return *why_not;
        auto text = "t" + std::to_string(++issued);
        ends[text] = time_.now() + lifetime;
        co_return worker::access_token{config::secret{std::move(text)}, lifetime, {}};
    }
    [[nodiscard]] const std::string& name() const override { return name_; }

    config::duration lifetime = std::chrono::hours{1};
    config::duration latency = std::chrono::seconds{2};
    std::optional<pipeline::failure> why_not;
    int asked = 0;
    int issued = 0;
    int under_way = 0;
    int most_under_way = 0;
    std::map<std::string, config::time_point> ends;

private:
    manual_timeline& time_;
    std::unique_ptr<pipeline::alarm> answer_;
    std::string name_ = "the fake issuer";
};

/// A token credential that runs, and calls that ask it.
struct token_rig {
    token_rig()
    {
        auto source = std::make_unique<fake_issuer>(time);
        issuer = source.get();
        tokens = std::make_unique<worker::token_credential>(time, log, std::move(source), 1);
        tasks.start(tokens->run());
    }
    ~token_rig()
    {
        tasks.request_stop();
        time.settle();
    }
    token_rig(const token_rig&) = delete;
    token_rig& operator=(const token_rig&) = delete;

    /// What a call gets to show; nothing while it waits.
    struct call {
        std::optional<pipeline::result<std::string>> token;
        std::uint64_t version = 0;
    };
    boost::asio::awaitable<void> show(call& into, config::duration patience)
    {
        const auto shown = co_await tokens->show(time.now() + patience);
        if (shown) {
            constexpr std::string_view before = "Authorization: Bearer ";
            const auto line = shown->lines;
            into.version = shown->version;
            into.token.emplace(std::string{line.substr(before.size(), line.size() - before.size() - 2)});
        } else {
            into.token.emplace(shown.error());
        }
    }
    void begin(call& one, config::duration patience = std::chrono::minutes{10})
    {
        boost::asio::co_spawn(loop, show(one, patience), boost::asio::detached);
        time.settle();
    }
    boost::asio::awaitable<void> replace(std::uint64_t refused, std::optional<bool>& into)
    {
        into = co_await tokens->replace(refused, time.now() + std::chrono::minutes{1});
    }
    void begin_replacing(std::uint64_t refused, std::optional<bool>& into)
    {
        boost::asio::co_spawn(loop, replace(refused, into), boost::asio::detached);
        time.settle();
    }

    boost::asio::io_context loop;
    manual_timeline time{loop};
    kept_log log;
    fake_issuer* issuer = nullptr;
    std::unique_ptr<worker::token_credential> tokens;
    pipeline::task_group tasks{loop.get_executor(), time};
};

}  // namespace tests
