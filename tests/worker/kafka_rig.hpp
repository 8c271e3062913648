#pragma once

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <string>
#include <vector>

#include "pipeline/job_group.hpp"
#include "tests/support/kept_log.hpp"
#include "tests/support/mock_kafka.hpp"
#include "worker/kafka_consumer.hpp"
#include "worker/kafka_producer.hpp"
#include "worker/steady_timeline.hpp"

namespace tests {

/// A coroutine that runs beside the test. Cancels it and waits for its end when it goes.
class companion {
public:
    companion(boost::asio::io_context& loop, boost::asio::awaitable<void> work) : loop_{loop}
    {
        boost::asio::co_spawn(
            loop_, std::move(work),
            boost::asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr why) {
                failure = why;
                ended = true;
            }));
    }
    ~companion() { cancel(); }
    companion(const companion&) = delete;
    companion& operator=(const companion&) = delete;

    void cancel()
    {
        if (!ended) stop_.emit(boost::asio::cancellation_type::terminal);
        loop_.restart();
        while (!ended) loop_.run_one();
    }

    bool ended = false;
    std::exception_ptr failure;

private:
    boost::asio::io_context& loop_;
    boost::asio::cancellation_signal stop_;
};

/// A mock cluster and a loop for clients of ours.
class kafka_rig {
public:
    kafka_rig() { settings = cluster.settings(); }

    /// Turns the loop until `condition` holds.
    template <class Condition>
    void turn_until(Condition condition)
    {
        const auto deadline = config::clock::now() + std::chrono::seconds{60};
        loop.restart();
        while (!condition()) {
            REQUIRE_MESSAGE(config::clock::now() < deadline, "waited for a minute in vain");
            loop.run_one_for(std::chrono::milliseconds{100});
            if (loop.stopped()) loop.restart();
        }
    }

    /// Turns the loop until `work` has ended, and throws what it threw.
    void complete(boost::asio::awaitable<void> work)
    {
        companion running{loop, std::move(work)};
        turn_until([&] { return running.ended; });
        if (running.failure) std::rethrow_exception(running.failure);
    }

    [[nodiscard]] worker::kafka_consumer_options reading_from(std::vector<std::string> topics) const
    {
        worker::kafka_consumer_options options;
        options.kafka = settings;
        options.group = "g";
        options.routes = {{"r", std::move(topics), {"out"}}};
        options.prefetch = config::bytes{8 * 1024 * 1024};
        return options;
    }

    mock_kafka cluster;
    config::kafka_settings settings;
    boost::asio::io_context loop;
    worker::steady_timeline time{loop.get_executor()};
    worker::kafka_blocking blocking;
    kept_log log;
};

/// A consumer at work on a rig. Cancelled, without leaving the group, unless it was closed.
class consuming {
public:
    consuming(kafka_rig& on, worker::kafka_consumer_options options,
              worker::kafka_transactor* transactor = nullptr)
        : rig{on},
          consumer{on.loop.get_executor(), on.time, on.blocking, on.log, std::move(options), transactor},
          running{on.loop, consumer.run()}
    {}

    /// The next `count` records.
    std::vector<pipeline::record> take(std::size_t count)
    {
        std::vector<pipeline::record> taken;
        rig.complete(collect(taken, count));
        REQUIRE(taken.size() == count);
        return taken;
    }
    /// Everything up to the end of the input.
    std::vector<pipeline::record> take_all()
    {
        std::vector<pipeline::record> taken;
        rig.complete(collect(taken, static_cast<std::size_t>(-1)));
        return taken;
    }
    void close()
    {
        rig.complete(consumer.close(rig.time.now() + std::chrono::seconds{20}));
        REQUIRE(running.ended);
    }
    void await_assignment()
    {
        rig.turn_until([&] { return consumer.assigned() > 0; });
    }

    kafka_rig& rig;
    worker::kafka_consumer consumer;
    companion running;

private:
    boost::asio::awaitable<void> collect(std::vector<pipeline::record>& into, std::size_t count)
    {
        while (into.size() < count) {
            auto next = consumer.take(1'000'000);
            if (next) {
                into.push_back(*std::move(next));
            } else if (const bool more = co_await consumer.more(); !more) {
                break;
            }
        }
    }
};

/// A producer at work on a rig.
class producing {
public:
    explicit producing(kafka_rig& on)
        : rig{on},
          producer{on.loop.get_executor(), on.time, on.blocking, on.log, on.settings},
          publishing{on.loop.get_executor(), on.time},
          running{on.loop, producer.run()}
    {}
    ~producing()
    {
        running.cancel();
        rig.turn_until([&] { return publishing.running() == 0; });
    }

    pipeline::result<void> publish(const pipeline::outcome& what)
    {
        std::optional<pipeline::result<void>> ended;
        start(what, ended);
        rig.turn_until([&] { return ended.has_value(); });
        return *std::move(ended);
    }
    /// Publishes beside the test; both must live until it has ended.
    void start(const pipeline::outcome& what, std::optional<pipeline::result<void>>& into)
    {
        publishing.start(store(what, into));
    }
    void close()
    {
        rig.complete(producer.close(rig.time.now() + std::chrono::seconds{20}));
        REQUIRE(running.ended);
    }

    kafka_rig& rig;
    worker::kafka_producer producer;
    pipeline::job_group publishing;
    companion running;

private:
    pipeline::lazy<void> store(const pipeline::outcome& what, std::optional<pipeline::result<void>>& into)
    {
        pipeline::receipt claim;
        pipeline::order_place alone;
        const pipeline::publication one{what, claim, alone};
        into.emplace(co_await producer.publish(one));
    }
};

}  // namespace tests
