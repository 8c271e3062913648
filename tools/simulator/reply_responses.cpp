#include "tools/simulator/answer_text.hpp"
#include "tools/simulator/json_text.hpp"
#include "tools/simulator/reply.hpp"
#include "tools/simulator/reply_logprobs.hpp"

namespace simulator {
namespace {

struct outcome {
    std::string_view status = "completed";
    std::string_view reason;  ///< of one that is incomplete
};

outcome outcome_of(const generated_text& made, const reply_fault& fault)
{
    if (!fault.failure.empty()) return {"failed", {}};
    if (fault.filter == filter_fault::answer) return {"incomplete", "content_filter"};
    if (made.cut) return {"incomplete", "max_output_tokens"};
    return {};
}

void append_message(std::string& out, const generated_text& made, const chat_parameters& asked,
                    const reply_head& head, const outcome& end, const reply_fault& fault)
{
    out += R"({"id":"msg_)" + head.id + R"(","type":"message","status":)";
    append_quoted(out, end.status);
    out += R"(,"role":"assistant","content":[)";
    if (!fault.refusal.empty()) {
        out += R"({"type":"refusal","refusal":)";
        append_quoted(out, fault.refusal);
    } else {
        out += R"({"type":"output_text","annotations":[],"logprobs":)";
        out += asked.alternatives ? response_logprobs(made.text, *asked.alternatives) : "[]";
        out += R"(,"text":)";
        append_quoted(out, made.text);
    }
    out += "}]}";
}

void append_call(std::string& out, const forced_call& call, std::string_view arguments, const std::string& id)
{
    const bool custom = call.kind == tool_kind::custom;
    out += custom ? R"({"id":"ctc_)" + id + R"(","type":"custom_tool_call")"
                  : R"({"id":"fc_)" + id + R"(","type":"function_call","status":"completed")";
    out += R"(,"call_id":"call_)" + id + R"(","name":)";
    append_quoted(out, call.name);
    out += custom ? R"(,"input":)" : R"(,"arguments":)";
    append_quoted(out, arguments);
    out += '}';
}

void append_output(std::string& out, const generated_text& made, const responses_parameters& asked,
                   const reply_head& head, const outcome& end, const reply_fault& fault)
{
    const bool nothing = !fault.failure.empty() || fault.filter == filter_fault::answer ||
                         fault.count == count_fault::all_missing;
    out += R"(,"output":[)";
    if (asked.reasons) out += R"({"id":"rs_)" + head.id + R"(","type":"reasoning","summary":[]})";
    if (asked.reasons && !nothing) out += ',';
    if (!nothing) {
        if (asked.as_chat.forced && fault.refusal.empty()) {
            append_call(out, *asked.as_chat.forced, made.text, head.id);
        } else {
            append_message(out, made, asked.as_chat, head, end, fault);
        }
    }
    out += ']';
}

void append_usage(std::string& out, std::size_t prompt, std::size_t answer, api_family family)
{
    out += R"(,"usage":{"input_tokens":)" + std::to_string(prompt) +
           R"(,"input_tokens_details":{"cached_tokens":0)";
    if (family == api_family::openai) out += R"(,"cache_write_tokens":0)";
    out += R"(},"output_tokens":)" + std::to_string(answer) +
           R"(,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":)" +
           std::to_string(prompt + answer) + '}';
}

}  // namespace

written_reply write_response(const call& asked, const responses_parameters& parameters,
                             const reply_head& head, const reply_trouble& trouble)
{
    const auto& fault = trouble.fault;
    const auto answer = chat_answer(parameters.as_chat, 0);
    const auto end = outcome_of(answer, fault);

    written_reply made;
    auto& out = made.body;
    out += R"({"id":"resp_)" + head.id + R"(","object":"response","created_at":)";
    append_number(out, head.created);
    out += R"(,"status":)";
    append_quoted(out, end.status);
    out += R"(,"error":)";
    if (fault.failure.empty()) {
        out += "null";
    } else {
        out += R"({"code":)";
        append_quoted(out, fault.failure);
        out += R"(,"message":"The response could not be made."})";
    }
    out += R"(,"incomplete_details":)";
    out += end.reason.empty() ? "null" : R"({"reason":)" + in_quotes(end.reason) + "}";
    out += R"(,"model":)";
    append_quoted(out, head.model);
    append_output(out, answer, parameters, head, end, fault);
    out += parameters.repeated;

    if (fault.failure.empty()) {
        const auto prompt = asked.inputs.front().tokens;
        if (!fault.without_usage) append_usage(out, prompt, answer.tokens, head.family);
        made.inputs.push_back(asked.inputs.front().hash);
        made.billed_tokens = prompt + answer.tokens;
    }
    out += '}';
    return made;
}

}  // namespace simulator
