#include "worker/kafka_blocking.hpp"

#include <doctest/doctest.h>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <stdexcept>
#include <thread>

#include "tests/support/run.hpp"

TEST_CASE("work for the blocking thread runs there, and its answer comes back to the loop")
{
    boost::asio::io_context loop;
    worker::kafka_blocking blocking;
    auto work = [] { return std::make_unique<std::thread::id>(std::this_thread::get_id()); };
    const auto there = tests::run(loop, blocking.run(std::move(work)));
    CHECK(*there != std::this_thread::get_id());
}

TEST_CASE("what work on the blocking thread throws is thrown to whoever waits")
{
    boost::asio::io_context loop;
    worker::kafka_blocking blocking;
    auto work = [] { throw std::runtime_error{"no answer"}; };
    CHECK_THROWS_WITH(tests::run(loop, blocking.run(work)), "no answer");
}
