#include "pipeline/calls.hpp"

#include <cassert>
#include <utility>

namespace pipeline {
namespace {

template <class Kind>
std::vector<Kind> all_of_kind(answer_list&& answers)
{
    std::vector<Kind> kinds;
    kinds.reserve(answers.size());
    for (auto& each : answers) kinds.push_back(std::get<Kind>(std::move(each)));
    return kinds;
}

}  // namespace

calls::calls(grouper& groups, dispatcher& sender, route& way, const job& work, const receipt& claim)
    : groups_{groups}, sender_{sender}, way_{way}, claim_{claim}, deadline_{work.deadline}, trace_{work.trace}
{}

lazy<result<answer_list>> calls::ask(const question& what)
{
    inquiry mine;
    mine.asked = &what;
    mine.way = &way_;
    mine.claim = &claim_;
    mine.asked_at = sender_.now();
    mine.deadline = deadline_;
    mine.trace = trace_;
    groups_.submit(mine);
    sender_.wake();
    co_await mine.done.wait();

    so_far_.used += mine.by.used;
    so_far_.attempts += mine.by.attempts;
    if (!mine.by.deployment.empty()) so_far_.deployment = std::move(mine.by.deployment);
    if (!mine.by.model.empty()) so_far_.model = std::move(mine.by.model);
    if (!mine.by.request_id.empty()) so_far_.request_id = std::move(mine.by.request_id);
    for (const auto& each : mine.by.truncated) so_far_.truncated.push_back(each);
    if (mine.failed) co_return std::move(*mine.failed);
    co_return std::move(mine.answers);
}

lazy<result<std::vector<embedding>>> calls::embed(const question& what)
{
    assert(what.form.asks == config::operation::embeddings);
    auto answers = co_await ask(what);
    if (!answers) co_return answers.error();
    co_return all_of_kind<embedding>(std::move(*answers));
}

lazy<result<std::vector<generation>>> calls::generate(const question& what)
{
    assert(what.form.asks != config::operation::embeddings);
    auto answers = co_await ask(what);
    if (!answers) co_return answers.error();
    co_return all_of_kind<generation>(std::move(*answers));
}

}  // namespace pipeline
