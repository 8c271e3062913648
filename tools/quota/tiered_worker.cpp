#include "tools/quota/tiered_worker.hpp"

#include <stdexcept>
#include <utility>

#include "tools/quota/virtual_time.hpp"

namespace quota {

boost::asio::awaitable<pipeline::result<pipeline::reply>> tiered_worker::uncalled::call(
    const pipeline::request&)
{
    throw std::logic_error{"calls are played, not made"};
}

tiered_worker::tiered_worker(const scenario& what, double share, std::uint64_t seed)
    : groups_{[](pipeline::route&, std::string reason) { throw std::logic_error{reason}; }}
{
    std::vector<pipeline::deployment*> served_by;
    for (const auto& each : what.deployments) {
        auto& made = settings_.emplace_back();
        made.name = each.name;
        made.tier = each.tier;
        const auto tokens = each.service.tokens_per_minute;
        made.quota.tokens_per_minute = config::tokens{tokens};
        made.quota.requests_per_minute = config::requests{
            std::llround(static_cast<double>(tokens) / 1000 * each.service.requests_per_thousand_tokens)};
        made.max_concurrency = 10'000;
        auto& pace = quotas_.meter_of(made, seed, start);
        auto& added = deployments_.emplace_back(made, endpoint_, pace, seed);
        added.set_share(share, start);
        served_by.push_back(&added);
    }
    route_settings_.name = "route";
    route_settings_.asks = config::operation::chat;
    route_settings_.jobs = config::job_form::batch_line;
    route_settings_.spill_after = at(what.spill_after) - start;
    route_.emplace(route_settings_, steps_, served_by);
}

void tiered_worker::ask(const drawn_work& work, double now)
{
    auto& added = jobs_.emplace_back();
    added.work = work;
    added.arrived = now;
    added.what.form.asks = route_settings_.asks;
    const auto bytes = static_cast<std::size_t>(work.cost) * 4;
    added.what.pieces.push_back({pipeline::json_slice{std::string{"[]"}}, bytes});
    added.asked = &added.what;
    added.way = &*route_;
    added.asked_at = at(now);
    groups_.submit(added);
}

std::optional<tiered_call> tiered_worker::next(double now, config::time_point& ask_again)
{
    for (auto* where : route_->served_by()) {
        auto work = groups_.next(*where, at(now), ask_again);
        if (!work) continue;
        auto* job = static_cast<tiered_job*>(work->parts.front()->asked_by);
        std::size_t index = 0;
        while (&deployments_[index] != where) ++index;
        pipeline::permit allowed{*where, work->cost, at(now)};
        return tiered_call{where, index, *std::move(work), std::move(allowed), job};
    }
    return std::nullopt;
}

void tiered_worker::answered(tiered_call& call, const pipeline::quota_notice& said, double now)
{
    const auto cost = call.job->work.cost;
    call.allowed.settle(nullptr, cost, &said, at(now));
    pipeline::reply all;
    all.used = {cost, 0, cost};
    all.answers.emplace_back(pipeline::generation{});
    call.job->is_answered = true;
    groups_.answered(call.work, std::move(all), *call.to);
    forget_ended();
}

void tiered_worker::failed(tiered_call& call, const pipeline::failure& why, double now)
{
    call.allowed.settle(&why, 0, &why.quota(), at(now));
    groups_.failed(call.work, why, *call.to);
    forget_ended();
}

// One that ended without an answer stays: it is what must not happen.
void tiered_worker::forget_ended()
{
    jobs_.remove_if([](const tiered_job& each) { return each.is_answered; });
}

}  // namespace quota
