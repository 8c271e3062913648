#pragma once

#include <string>
#include <string_view>

#include "tools/simulator/http_types.hpp"
#include "tools/simulator/quota.hpp"
#include "tools/simulator/route.hpp"

namespace simulator {

/// Why the service refuses a request, in the words of the service.
struct api_error {
    int status = 400;
    std::string message;
    std::string code;                            ///< null on the wire where empty
    std::string param;                           ///< null on the wire where empty
    std::string type = "invalid_request_error";  ///< null on the wire where empty
};

/// `{"error":{"message","type","param","code"}}`, the shape of OpenAI and of Azure's model back end.
[[nodiscard]] http_answer answer_of(const api_error& error);

/// `{"error":{"code","message"}}`, the shape of the gateway in front of Azure's models.
[[nodiscard]] http_answer gateway_answer(int status, std::string_view code, std::string_view message);

[[nodiscard]] http_answer resource_not_found(api_family family, std::string_view method,
                                             std::string_view target);
[[nodiscard]] http_answer method_not_allowed(api_family family, std::string_view method);
[[nodiscard]] http_answer deployment_not_found(api_family family, std::string_view name);
[[nodiscard]] http_answer operation_not_supported(api_family family, operation asks, std::string_view model);
/// The prompt was blocked: 400, on Azure with the verdict of the content filter under `innererror`.
[[nodiscard]] http_answer prompt_filtered(api_family family);

/// Over a quota: 429 with `retry-after-ms` and, rounded up to a second, `retry-after`.
[[nodiscard]] http_answer quota_exceeded(const route& where, std::string_view model,
                                         const quota_refusal& refusal);

/// What the service itself says with that status (429: over the call rate). No retry-after headers.
[[nodiscard]] http_answer standard_answer(int status, const route& where);

}  // namespace simulator
