#include <algorithm>

#include "tools/simulator/answer_order.hpp"
#include "tools/simulator/answer_text.hpp"
#include "tools/simulator/json_text.hpp"
#include "tools/simulator/reply.hpp"
#include "tools/simulator/reply_logprobs.hpp"

namespace simulator {
namespace {

constexpr std::string_view fingerprint = "fp_simulator_1";

constexpr std::string_view prompt_verdict =
    R"({"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false},)"
    R"("self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},)"
    R"("violence":{"filtered":false,"severity":"safe"})";
/// What the v1 form adds to it.
constexpr std::string_view indirect_verdict = R"(,"indirect_attack":{"filtered":false,"detected":false})";
constexpr std::string_view answer_passed =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";
constexpr std::string_view answer_blocked =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":true,"severity":"medium"}})";

bool annotates_filter(const reply_head& head) { return head.family != api_family::openai; }

void append_head(std::string& out, std::string_view prefix, std::string_view object, const reply_head& head)
{
    out += R"({"id":)";
    append_quoted(out, std::string{prefix} + head.id);
    out += R"(,"object":)";
    append_quoted(out, object);
    out += R"(,"created":)";
    append_number(out, head.created);
    out += R"(,"model":)";
    append_quoted(out, head.model);
    out += R"(,"system_fingerprint":)";
    append_quoted(out, fingerprint);
}

void append_prompt_verdicts(std::string& out, std::size_t prompts, const reply_head& head)
{
    if (!annotates_filter(head)) return;
    out += R"(,"prompt_filter_results":[)";
    for (std::size_t at = 0; at < prompts; ++at) {
        if (at > 0) out += ',';
        out += R"({"prompt_index":)" + std::to_string(at) + R"(,"content_filter_results":)";
        out += prompt_verdict;
        if (head.family == api_family::azure_v1) out += indirect_verdict;
        out += "}}";
    }
    out += ']';
}

/// What every choice has, after its own content.
void append_choice_end(std::string& out, const answer_slot& slot, std::string_view logprobs,
                       std::string_view finish_reason, const reply_head& head)
{
    if (slot.index) {
        out += R"(,"index":)";
        append_number(out, *slot.index);
    }
    out += R"(,"logprobs":)";
    out += logprobs;
    out += R"(,"finish_reason":)";
    append_quoted(out, finish_reason);
    if (annotates_filter(head)) {
        out += R"(,"content_filter_results":)";
        out += finish_reason == "content_filter" ? answer_blocked : answer_passed;
    }
    out += '}';
}

void append_usage(std::string& out, std::size_t prompt, std::size_t completion, std::string_view details,
                  const reply_fault& fault)
{
    if (fault.without_usage) return;
    out += R"(,"usage":{"prompt_tokens":)" + std::to_string(prompt) + R"(,"completion_tokens":)" +
           std::to_string(completion) + R"(,"total_tokens":)" + std::to_string(prompt + completion);
    out += details;
    out += '}';
}

std::string_view finish_reason(const generated_text& made, const reply_fault& fault)
{
    if (fault.filter == filter_fault::answer) return "content_filter";
    return made.cut ? "length" : "stop";
}

/// What the answer has instead of content, by the fault or by the request.
bool lacks_content(const chat_parameters& asked, const reply_fault& fault)
{
    return asked.forced || fault.filter == filter_fault::answer || !fault.refusal.empty();
}

void append_call(std::string& out, const forced_call& call, std::string_view arguments, std::string_view id)
{
    const bool custom = call.kind == tool_kind::custom;
    const bool deprecated = call.kind == tool_kind::deprecated_function;
    if (deprecated) {
        out += R"(,"function_call":)";
    } else {
        out += R"(,"tool_calls":[{"id":)";
        append_quoted(out, id);
        out += custom ? R"(,"type":"custom","custom":)" : R"(,"type":"function","function":)";
    }
    out += R"({"name":)";
    append_quoted(out, call.name);
    out += custom ? R"(,"input":)" : R"(,"arguments":)";
    append_quoted(out, arguments);
    out += deprecated ? "}" : "}}]";
}

void append_message(std::string& out, const generated_text& made, const chat_parameters& asked,
                    const reply_fault& fault, std::string_view call_id)
{
    out += R"("message":{"role":"assistant","content":)";
    if (lacks_content(asked, fault)) {
        out += "null";
    } else {
        append_quoted(out, made.text);
    }
    out += R"(,"refusal":)";
    if (fault.refusal.empty()) {
        out += "null";
    } else {
        append_quoted(out, fault.refusal);
    }
    const bool calls = asked.forced && fault.filter == filter_fault::none && fault.refusal.empty();
    if (calls) append_call(out, *asked.forced, made.text, call_id);
    out += R"(,"annotations":[]})";
}

std::string_view chat_finish_reason(const generated_text& made, const chat_parameters& asked,
                                    const reply_fault& fault)
{
    const bool calls = asked.forced && !asked.forced->by_name && fault.refusal.empty();
    const auto reason = finish_reason(made, fault);
    return calls && reason == "stop" ? "tool_calls" : reason;
}

std::string chat_logprobs_of(const generated_text& made, const chat_parameters& asked,
                             const reply_fault& fault)
{
    if (!asked.alternatives) return "null";
    return chat_logprobs(lacks_content(asked, fault) ? std::string_view{} : std::string_view{made.text},
                         fault.refusal, *asked.alternatives);
}

}  // namespace

written_reply write_completions(const call& asked, const completions_parameters& parameters,
                                const reply_head& head, const reply_trouble& trouble)
{
    written_reply made;
    auto& out = made.body;
    append_head(out, "cmpl-", "text_completion", head);
    append_prompt_verdicts(out, asked.inputs.size(), head);
    out += R"(,"choices":[)";

    std::size_t completion = 0;
    // Choices are numbered prompt by prompt: that of prompt k and sample j is k × n + j.
    for (const auto& slot : arrange(asked.inputs.size() * parameters.choices, trouble.fault)) {
        const auto& prompt = asked.inputs[slot.position / parameters.choices];
        const auto answer = completion_answer(prompt, parameters, slot.position % parameters.choices);
        const auto reason = finish_reason(answer, trouble.fault);
        completion += answer.tokens;

        if (out.back() != '[') out += ',';
        out += R"({"text":)";
        const auto text = reason == "content_filter" ? std::string_view{} : std::string_view{answer.text};
        append_quoted(out, text);
        const auto logprobs = parameters.alternatives ? completion_logprobs(text, *parameters.alternatives)
                                                      : std::string{"null"};
        append_choice_end(out, slot, logprobs, reason, head);
        if (slot.position % parameters.choices == 0) made.inputs.push_back(prompt.hash);
    }
    out += ']';

    std::size_t prompts = 0;
    for (const auto& each : asked.inputs) prompts += each.tokens;
    // The samples that best_of throws away are billed as well.
    completion = completion * std::max(parameters.best_of, parameters.choices) / parameters.choices;
    append_usage(out, prompts, completion, {}, trouble.fault);
    out += '}';
    made.billed_tokens = prompts + completion;
    return made;
}

written_reply write_chat(const call& asked, const chat_parameters& parameters, const reply_head& head,
                         const reply_trouble& trouble)
{
    constexpr std::string_view details =
        R"(,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":)"
        R"({"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,)"
        R"("rejected_prediction_tokens":0})";

    written_reply made;
    auto& out = made.body;
    append_head(out, "chatcmpl-", "chat.completion", head);
    append_prompt_verdicts(out, 1, head);
    out += R"(,"choices":[)";

    std::size_t completion = 0;
    const auto slots = arrange(parameters.choices, trouble.fault);
    for (const auto& slot : slots) {
        const auto answer = chat_answer(parameters, slot.position);
        completion += answer.tokens;
        if (out.back() != '[') out += ',';
        out += '{';
        append_message(out, answer, parameters, trouble.fault,
                       "call_" + head.id + "_" + std::to_string(slot.position));
        append_choice_end(out, slot, chat_logprobs_of(answer, parameters, trouble.fault),
                          chat_finish_reason(answer, parameters, trouble.fault), head);
    }
    out += ']';

    const auto prompt = asked.inputs.front().tokens;
    append_usage(out, prompt, completion, details, trouble.fault);
    out += '}';
    if (!slots.empty()) made.inputs.push_back(asked.inputs.front().hash);
    made.billed_tokens = prompt + completion;
    return made;
}

}  // namespace simulator
