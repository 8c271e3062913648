#include "pipeline/procedure.hpp"

#include "pipeline/wall_clock.hpp"

namespace pipeline {

namespace {

/// Not in the coroutine, in whose frame it would stand for as long as the job waits.
result<std::vector<message>> only_message(task& what, answer_list answers, const provenance& by)
{
    what.times.answered_ms = unix_now_ms();
    auto made = write_result(what.route, what.source, what.work, std::move(answers), by, what.times);
    if (!made) return made.error();
    std::vector<message> messages;
    messages.push_back(*std::move(made));
    return messages;
}

}  // namespace

lazy<result<std::vector<message>>> single_step::run(task& what, calls& service) const
{
    auto answers = co_await service.ask(what.work.asks);
    if (!answers) co_return answers.error();
    co_return only_message(what, *std::move(answers), service.so_far());
}

}  // namespace pipeline
