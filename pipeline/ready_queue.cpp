#include "pipeline/ready_queue.hpp"

#include <boost/asio/post.hpp>

#include <cassert>
#include <utility>

namespace pipeline {

ready_queue::ready_queue(boost::asio::any_io_executor executor) : executor_{std::move(executor)} {}

ready_queue::~ready_queue() { assert(ready_.empty() && "what is ready goes on before its queue goes"); }

void ready_queue::push(std::coroutine_handle<> one)
{
    ready_.push_back(one);
    if (ready_.size() == 1) boost::asio::post(executor_, [this] { drain(); });
}

void ready_queue::drain()
{
    std::swap(turn_, ready_);
    for (const auto each : turn_) each.resume();
    turn_.clear();
}

}  // namespace pipeline
