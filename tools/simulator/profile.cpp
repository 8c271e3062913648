#include "tools/simulator/profile.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <stdexcept>

#include "tools/simulator/json_text.hpp"

namespace simulator {
namespace {

constexpr std::array every_form{api_family::azure, api_family::azure_v1, api_family::openai};
constexpr std::array azure_form{api_family::azure};
constexpr std::array azure_v1_form{api_family::azure_v1};
constexpr std::array openai_form{api_family::openai};

constexpr std::array every_operation{operation::embeddings, operation::completions, operation::chat,
                                     operation::responses};
constexpr std::array only_embeddings{operation::embeddings};

using header_text = std::pair<std::string_view, std::string_view>;
constexpr std::array vllm_headers{header_text{"server", "uvicorn"}};
constexpr std::array llama_headers{header_text{"server", "llama.cpp"},
                                   header_text{"content-type", "application/json; charset=utf-8"}};
constexpr std::array tei_headers{header_text{"x-compute-type", "cpu"}, header_text{"x-compute-time", "12"},
                                 header_text{"x-total-time", "13"}};
constexpr std::array litellm_headers{header_text{"x-litellm-call-id", "5f0c"},
                                     header_text{"llm_provider-x-request-id", "req_7"},
                                     header_text{"x-ratelimit-remaining-tokens", "-1"}};

constexpr std::array profiles{
    profile{.name = "", .forms = every_form, .operations = every_operation},
    profile{.name = "azure", .forms = azure_form, .operations = every_operation},
    profile{.name = "azure_v1", .forms = azure_v1_form, .operations = every_operation},
    profile{.name = "openai", .forms = openai_form, .operations = every_operation},
    profile{.name = "vllm",
            .forms = openai_form,
            .operations = every_operation,
            .dimensions = parameter_rule::refused,
            .errors = error_shape::numeric,
            .too_long = length_words::vllm,
            .gives_request_ids = false,
            .reply_members = R"(,"prompt_logprobs":null,"kv_transfer_params":null)",
            .headers = vllm_headers},
    profile{.name = "llama_cpp",
            .forms = openai_form,
            .operations = every_operation,
            .base64 = parameter_rule::ignored,
            .dimensions = parameter_rule::ignored,
            .errors = error_shape::numeric,
            .too_long = length_words::llama_cpp,
            .gives_request_ids = false,
            .reply_members = R"(,"timings":{"prompt_n":5,"prompt_ms":1.25,"predicted_n":7})",
            .headers = llama_headers},
    profile{.name = "tei",
            .forms = openai_form,
            .operations = only_embeddings,
            .errors = error_shape::flat,
            .too_long = length_words::tei,
            .max_inputs = 32,
            .gives_request_ids = false,
            .headers = tei_headers},
    profile{.name = "litellm",
            .forms = openai_form,
            .operations = every_operation,
            .base64 = parameter_rule::refused,
            .dimensions = parameter_rule::refused,
            .errors = error_shape::text,
            .gives_request_ids = false,
            .headers = litellm_headers},
    profile{.name = "sparse",
            .forms = openai_form,
            .operations = every_operation,
            .base64 = parameter_rule::ignored,
            .errors = error_shape::flat,
            .gives_request_ids = false,
            .gives_index = false,
            .gives_usage = false},
};

api_error refusal_of(std::string_view parameter)
{
    return {.message = "This model does not support the parameter '" + std::string{parameter} + "'.",
            .code = "unsupported_parameter",
            .param = std::string{parameter}};
}

/// What vLLM and text-embeddings-inference call errors of a status.
std::string_view type_of(int status, error_shape shape)
{
    const bool flat = shape == error_shape::flat;
    switch (status) {
        case 404: return "NotFoundError";
        case 424: return "Backend";
        case 429: return flat ? "Overloaded" : "RateLimitError";
        case 503: return flat ? "Unhealthy" : "unavailable_error";
        default: break;
    }
    if (status >= 500) return "InternalServerError";
    return flat ? "Validation" : "BadRequestError";
}

std::string member(const rapidjson::Value& error, const char* name)
{
    const auto found = error.FindMember(name);
    if (found == error.MemberEnd() || !found->value.IsString()) return {};
    return {found->value.GetString(), found->value.GetStringLength()};
}

}  // namespace

bool profile::offers(const route& where) const
{
    return std::ranges::find(forms, where.family) != forms.end() &&
           std::ranges::find(operations, where.asks) != operations.end();
}

std::optional<api_error> profile::adapt(call& asked) const
{
    auto* vectors = std::get_if<embeddings_parameters>(&asked.parameters);
    if (vectors == nullptr) return std::nullopt;
    const bool wants_base64 = vectors->encoding == number_encoding::base64;
    if (wants_base64 && base64 == parameter_rule::refused) return refusal_of("encoding_format");
    if (vectors->dimensions && dimensions == parameter_rule::refused) return refusal_of("dimensions");
    if (base64 == parameter_rule::ignored) vectors->encoding = number_encoding::json;
    if (dimensions == parameter_rule::ignored) vectors->dimensions.reset();
    return std::nullopt;
}

http_answer profile::reworded(http_answer refusal) const
{
    if (errors == error_shape::service) return refusal;
    rapidjson::Document document;
    document.Parse(refusal.body.data(), refusal.body.size());
    const auto& error = document["error"];
    auto message = member(error, "message");
    // text-embeddings-inference has a status and words of its own for that.
    constexpr std::string_view too_many = "Too many inputs. The max number of inputs is ";
    if (errors == error_shape::flat && message.starts_with(too_many)) {
        message.replace(0, too_many.size(), "batch size is more than the maximum allowed batch size ");
        refusal.status = 422;
    }
    const auto status = std::to_string(refusal.status);
    const auto type = in_quotes(type_of(refusal.status, errors));
    auto& body = refusal.body;
    switch (errors) {
        case error_shape::service: break;
        case error_shape::numeric:
            body = R"({"error":{"message":)" + in_quotes(message) + R"(,"type":)" + type +
                   R"(,"param":null,"code":)" + status + "}}";
            break;
        case error_shape::text:
            body = R"({"error":{"message":)" + in_quotes("litellm.APIError: " + message) +
                   R"(,"type":null,"param":)" +
                   (member(error, "param").empty() ? "null" : in_quotes(member(error, "param"))) +
                   R"(,"code":")" + status + R"("}})";
            break;
        case error_shape::flat:
            body =
                R"({"message":)" + in_quotes(message) + R"(,"code":)" + status + R"(,"type":)" + type + "}";
            break;
    }
    return refusal;
}

reply_fault profile::lacking(reply_fault fault) const
{
    if (!gives_index && fault.index == index_fault::none) fault.index = index_fault::all_absent;
    fault.without_usage |= !gives_usage;
    return fault;
}

void profile::label(header_list& answer) const
{
    const auto drop = [&](std::string_view unwanted) {
        std::erase_if(answer, [&](const auto& header) { return header.first == unwanted; });
    };
    if (!gives_request_ids)
        for (const auto* id : {"x-request-id", "apim-request-id", "openai-version"}) drop(id);
    for (const auto& [added, value] : headers) {
        drop(added);
        answer.emplace_back(added, value);
    }
}

const profile& find_profile(std::string_view name)
{
    const auto found = std::ranges::find(profiles, name, &profile::name);
    if (found != profiles.end()) return *found;
    std::string known;
    for (const auto& each : profiles)
        if (!each.name.empty()) known += (known.empty() ? "" : ", ") + std::string{each.name};
    throw std::invalid_argument{"no profile is named '" + std::string{name} + "'; there are " + known};
}

}  // namespace simulator
