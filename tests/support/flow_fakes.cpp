#include "tests/support/flow_fakes.hpp"

#include <algorithm>
#include <utility>

namespace asio = boost::asio;

namespace tests {
namespace {

asio::awaitable<void> pass(pipeline::timeline& time, config::duration how_long)
{
    const auto until = time.now() + how_long;
    const auto bell = time.make_alarm();
    while (time.now() < until) co_await bell->wait_until(until);
}

}  // namespace

void fake_source::put(std::string topic, std::optional<std::string> value, std::string key,
                      std::vector<pipeline::header> headers)
{
    pipeline::record one;
    one.from = {std::move(topic), 0, next_offset_, 1'700'000'000'000};
    if (!key.empty()) one.key = std::move(key);
    one.value = std::move(value);
    one.headers = std::move(headers);
    one.claim = pipeline::receipt{*this, 0, next_offset_++};
    waiting_.push_back(std::move(one));
    arrival_->ring();
}

void fake_source::end()
{
    ended_ = true;
    arrival_->ring();
}

std::optional<pipeline::record> fake_source::take(std::size_t)
{
    const auto free = [this](const pipeline::record& one) { return !held_routes.contains(one.from.topic); };
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), free);
    if (next == waiting_.end()) return std::nullopt;
    std::optional<pipeline::record> first{std::move(*next)};
    waiting_.erase(next);
    ++given;
    return first;
}

void fake_source::release_route(const std::string& route)
{
    held_routes.erase(route);
    arrival_->ring();
}

asio::awaitable<bool> fake_source::more()
{
    if (ended_ && waiting_.empty()) co_return false;
    co_await arrival_->wait_until(config::time_point::max());
    co_return true;
}

void fake_source::close(std::uint64_t, std::int64_t number) noexcept { closed.insert(number); }

pipeline::claim_state fake_source::state(std::uint64_t, std::int64_t number) const noexcept
{
    if (gone_.contains(number)) return pipeline::claim_state::given_up;
    return is_suspended_ ? pipeline::claim_state::undecided : pipeline::claim_state::held;
}

void fake_source::suspend()
{
    is_suspended_ = true;
    if (listener_ != nullptr) listener_->claims_in_question();
}

void fake_source::decide(std::set<std::int64_t> gone)
{
    is_suspended_ = false;
    gone_ = std::move(gone);
    for (auto* each : std::exchange(undecided_, {})) each->open();
    if (listener_ != nullptr) listener_->claims_decided();
}

asio::awaitable<void> fake_sink::open_late(pipeline::latch& door)
{
    co_await pass(time_, delay);
    door.open();
}

pipeline::lazy<pipeline::result<void>> fake_sink::publish(pipeline::publication one)
{
    const auto& what = one.what();
    const auto is_slow = slow_topic.empty() || what.messages.front().topic == slow_topic;
    if (delay > config::duration::zero() && is_slow) {
        pipeline::latch over;
        pauses_.start(open_late(over));
        co_await over.wait();
    }
    for (const auto& each : what.messages) {
        if (each.value && each.value->size() > largest_message) {
            pipeline::failure too_large{pipeline::errc::refused, "larger than the topic allows"};
            co_return std::move(too_large).with_code("message_too_large");
        }
    }
    published.push_back(what);
    co_return pipeline::result<void>{};
}

std::vector<pipeline::message> fake_sink::of(const std::string& topic) const
{
    std::vector<pipeline::message> found;
    for (const auto& each : published) {
        for (const auto& one : each.messages) {
            if (one.topic == topic) found.push_back(one);
        }
    }
    return found;
}

std::size_t fake_sink::count(pipeline::ending how) const
{
    return static_cast<std::size_t>(
        std::count_if(published.begin(), published.end(), [&](const auto& each) { return each.how == how; }));
}

asio::awaitable<pipeline::result<pipeline::reply>> fake_service::call(const pipeline::request& ask)
{
    batches.push_back(ask.pieces.size());
    called_at.push_back(time_.now());
    const auto number = static_cast<int>(batches.size());
    for (const auto piece : ask.pieces) ++asked[std::string{piece}];
    most_in_flight = std::max(most_in_flight, ++in_flight);
    co_await pass(time_, line.done_at(time_.now(), latency) - time_.now());
    --in_flight;
    auto back = rule ? rule(ask, number) : pipeline::result<pipeline::reply>{good_reply(ask)};
    if (back) {
        for (const auto piece : ask.pieces) ++answered[std::string{piece}];
    }
    co_return back;
}

pipeline::reply fake_service::good_reply(const pipeline::request& ask)
{
    pipeline::reply all;
    for (const auto piece : ask.pieces) {
        const auto length = static_cast<std::int64_t>(piece.size());
        all.used.prompt_tokens += length;
        all.used.total_tokens += length;
        if (ask.form->asks == config::operation::embeddings) {
            all.answers.push_back(pipeline::embedding{{static_cast<float>(length)}});
            continue;
        }
        pipeline::generation text;
        for (std::size_t i = 0; i < ask.form->choices; ++i)
            text.choices.push_back({R"({"role":"assistant","content":"ok"})", "stop", {}, false});
        all.answers.push_back(std::move(text));
    }
    all.model = "model-1";
    all.request_id = "request-1";
    return all;
}

void fake_service::refuse_with(std::string marker)
{
    rule = [marker](const pipeline::request& ask, int) -> pipeline::result<pipeline::reply> {
        const auto bad = std::any_of(ask.pieces.begin(), ask.pieces.end(), [&](std::string_view piece) {
            return piece.find(marker) != std::string_view::npos;
        });
        if (!bad) return good_reply(ask);
        pipeline::failure refused{pipeline::errc::refused, "input is invalid"};
        return std::move(refused).with_code("invalid_request_error").with_status(400);
    };
}

void recorded_log::write(config::log_level level, std::string_view event,
                         std::initializer_list<pipeline::event_field> fields)
{
    line kept{level, std::string{event}, {}};
    for (const auto& each : fields) {
        const auto* text = std::get_if<std::string>(&each.value);
        const auto* number = std::get_if<std::int64_t>(&each.value);
        kept.fields[std::string{each.name}] = text ? *text : number ? std::to_string(*number) : std::string{};
    }
    lines.push_back(std::move(kept));
}

std::vector<recorded_log::line> recorded_log::all(std::string_view event) const
{
    std::vector<line> found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
                 [&](const line& each) { return each.event == event; });
    return found;
}

std::string header_of(const pipeline::message& one, const std::string& name)
{
    for (const auto& each : one.headers) {
        if (each.name == name) return std::string{each.value.value_or("")};
    }
    return {};
}

}  // namespace tests
