#include "tools/simulator/service.hpp"

#include <algorithm>
#include <utility>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/authentication.hpp"
#include "tools/simulator/call_reader.hpp"
#include "tools/simulator/hash.hpp"
#include "tools/simulator/limits.hpp"

namespace simulator {
namespace {

delivery as_is(http_answer answer)
{
    delivery made;
    made.paid.status = answer.status;
    made.answer = std::move(answer);
    made.on_account = true;
    return made;
}

const std::string& deployment_name(const route& where, const call& asked)
{
    return where.deployment.empty() ? asked.model : where.deployment;
}

void set_header(header_list& headers, const std::string& name, const std::string& value)
{
    const auto found =
        std::ranges::find_if(headers, [&](const auto& header) { return header.first == name; });
    if (found != headers.end()) {
        found->second = value;
    } else {
        headers.emplace_back(name, value);
    }
}

http_answer answer_instead(const replacement& instead, const route& where)
{
    if (!instead.body) return standard_answer(instead.status, where);
    return {.status = instead.status,
            .headers = {{"content-type", instead.is_json ? "application/json" : "text/html; charset=utf-8"}},
            .body = *instead.body};
}

/// An answer whose last byte is never sent, or cannot be understood, buys nothing.
bool arrives_whole(ending end) { return end == ending::whole; }

}  // namespace

service::service(options settings)
    : options_{std::move(settings)},
      profile_{find_profile(options_.profile)},
      quota_{options_.quota, options_.counting, options_.seed},
      log_{options_.kept_requests},
      control_{account_, faults_, quota_},
      line_{options_.places}
{
    if (profile_.max_inputs > 0) options_.max_inputs = std::min(options_.max_inputs, profile_.max_inputs);
}

delivery service::answer(http_request request, std::chrono::steady_clock::time_point now)
{
    if (request.target.starts_with(control::prefix)) {
        delivery made;
        made.answer = control_.answer(request, now);
        return made;
    }
    log_.keep(request);
    account_.arrived();

    const auto family = family_of(request.target);
    const auto where = find_route(request.target);
    auto made = where && profile_.offers(*where)
                    ? answer_operation(*where, request, now)
                    : refused(resource_not_found(family, request.method, request.target));
    add_headers(family, request, made.answer);
    if (!arrives_whole(made.wire.end)) made.paid = {};
    return made;
}

delivery service::refused(http_answer refusal) const { return as_is(profile_.reworded(std::move(refusal))); }

delivery service::answer_operation(const route& where, http_request& request, quota::time_point now)
{
    if (request.method != "POST") return refused(method_not_allowed(where.family, request.method));
    if (auto refusal = refuse_credentials(where.family, request.headers, options_.api_key)) {
        return refused(*std::move(refusal));
    }
    if (!where.deployment.empty() && find_deployment(where.deployment) == nullptr &&
        !options_.deployments.empty()) {
        return refused(deployment_not_found(where.family, where.deployment));
    }
    auto read = read_call(where, std::move(request.body));
    if (const auto* error = std::get_if<api_error>(&read)) return refused(answer_of(*error));
    if (const auto error = profile_.adapt(std::get<call>(read))) return refused(answer_of(*error));
    return answer_call(where, std::get<call>(read), now);
}

delivery service::answer_call(const route& where, const call& asked, quota::time_point now)
{
    account_.read(asked);
    const auto& name = deployment_name(where, asked);
    if (!options_.deployments.empty() && find_deployment(name) == nullptr) {
        return refused(deployment_not_found(where.family, name));
    }
    const auto model = model_of(where, asked);
    if (!supports(model, where.asks)) {
        return refused(operation_not_supported(where.family, where.asks, model));
    }
    if (const auto error = over_a_limit(asked, limits_of(model), options_.max_inputs, profile_.too_long)) {
        return refused(answer_of(*error));
    }

    const auto verdict = faults_.judge(where.asks, name, asked).value_or(fault_script::verdict{});
    const auto& then = verdict.then;
    delivery made;
    if (then.instead) {
        auto other = answer_instead(*then.instead, where);
        made = then.instead->body ? as_is(std::move(other)) : refused(std::move(other));
    } else if (then.reply.filter == filter_fault::prompt) {
        made = refused(prompt_filtered(where.family));
    } else {
        made = answer_within_quota(where, asked, verdict, now);
    }
    for (const auto& [header, value] : then.headers) set_header(made.answer.headers, header, value);
    made.wire = then.wire;
    made.wait += then.wire.delay;
    return made;
}

delivery service::answer_within_quota(const route& where, const call& asked,
                                      const fault_script::verdict& verdict, quota::time_point now)
{
    const auto cost = charge_of(asked, deployment_name(where, asked), options_.seed);
    const auto admitted = quota_.admit(cost, now);
    delivery made;
    if (admitted.refusal) {
        made = refused(quota_exceeded(where, model_of(where, asked), *admitted.refusal));
    } else {
        account_.admitted(cost.tokens);
        made = answer_from_model(where, asked, verdict, now);
    }
    for (const auto& [header, value] : admitted.headers) set_header(made.answer.headers, header, value);
    return made;
}

delivery service::answer_from_model(const route& where, const call& asked,
                                    const fault_script::verdict& verdict, quota::time_point now)
{
    const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
    const auto model = model_of(where, asked);
    const auto& other_model = verdict.then.reply.model;
    const reply_head head{.model = other_model.empty() ? model : other_model,
                          .id = next_id(),
                          .created = std::chrono::duration_cast<std::chrono::seconds>(unix_time).count(),
                          .family = where.family};
    auto reply =
        write(asked, model, head, {.fault = profile_.lacking(verdict.then.reply), .target = verdict.target});
    // A reply is an object: before its end there is room for further members.
    reply.body.insert(reply.body.size() - 1, profile_.reply_members);

    auto made = as_is(
        {.status = 200, .headers = {{"content-type", "application/json"}}, .body = std::move(reply.body)});
    made.paid.bought = true;
    made.paid.inputs = std::move(reply.inputs);
    made.paid.billed_tokens = reply.billed_tokens;
    made.wait = line_.done_at(now, next_latency()) - now;
    return made;
}

written_reply service::write(const call& asked, const std::string& model, const reply_head& head,
                             const reply_trouble& trouble)
{
    if (const auto* embeddings = std::get_if<embeddings_parameters>(&asked.parameters)) {
        return write_embeddings(asked, *embeddings, limits_of(model), head, trouble);
    }
    if (const auto* completions = std::get_if<completions_parameters>(&asked.parameters)) {
        return write_completions(asked, *completions, head, trouble);
    }
    if (const auto* response = std::get_if<responses_parameters>(&asked.parameters)) {
        return write_response(asked, *response, head, trouble);
    }
    return write_chat(asked, std::get<chat_parameters>(asked.parameters), head, trouble);
}

const deployment* service::find_deployment(std::string_view name) const
{
    const auto found =
        std::ranges::find_if(options_.deployments, [&](const deployment& each) { return each.name == name; });
    return found == options_.deployments.end() ? nullptr : &*found;
}

std::string service::model_of(const route& where, const call& asked) const
{
    const auto& name = deployment_name(where, asked);
    const auto* known = find_deployment(name);
    return known == nullptr || known->model.empty() ? name : known->model;
}

std::string service::next_id()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (std::uint64_t half = 0; half < 2; ++half) {
        auto bits = mixed(options_.seed ^ mixed(2 * ids_ + half));
        for (int digit = 0; digit < 16; ++digit, bits >>= 4) id += digits[bits & 15U];
    }
    ++ids_;
    return id;
}

std::chrono::nanoseconds service::next_latency()
{
    const auto share = unit_interval(mixed(options_.seed) + latencies_++);
    const auto extra = share * static_cast<double>(options_.jitter.count());
    return options_.latency + std::chrono::nanoseconds{static_cast<std::int64_t>(extra)};
}

void service::add_headers(api_family family, const http_request& request, http_answer& answer)
{
    const auto id = next_id();
    answer.headers.emplace_back("x-request-id", id);
    if (family == api_family::openai) {
        answer.headers.emplace_back("openai-version", "2020-10-01");
    } else {
        answer.headers.emplace_back("apim-request-id", id);
        answer.headers.emplace_back("x-ms-region", "Simulated");
        const auto client_id = find_header(request.headers, "x-ms-client-request-id");
        if (!client_id.empty()) answer.headers.emplace_back("x-ms-client-request-id", client_id);
    }
    profile_.label(answer.headers);
}

}  // namespace simulator
