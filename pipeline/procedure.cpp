#include "pipeline/procedure.hpp"

#include "pipeline/wall_clock.hpp"

namespace asio = boost::asio;

namespace pipeline {

asio::awaitable<result<std::vector<message>>> single_step::run(task& what, calls& service) const
{
    const auto answers = co_await service.ask(what.work.asks);
    if (!answers) co_return answers.error();
    what.times.answered_ms = unix_now_ms();
    std::vector<message> messages;
    messages.push_back(
        write_result(what.route, what.source, what.work, *answers, service.so_far(), what.times));
    co_return messages;
}

}  // namespace pipeline
