#include "pipeline/procedure.hpp"

#include "pipeline/wall_clock.hpp"

namespace pipeline {

lazy<result<std::vector<message>>> single_step::run(task& what, calls& service) const
{
    auto answers = co_await service.ask(what.work.asks);
    if (!answers) co_return answers.error();
    what.times.answered_ms = unix_now_ms();
    std::vector<message> messages;
    auto made =
        write_result(what.route, what.source, what.work, *std::move(answers), service.so_far(), what.times);
    if (!made) co_return made.error();
    messages.push_back(*std::move(made));
    co_return messages;
}

}  // namespace pipeline
