#pragma once

#include <string>
#include <string_view>

namespace worker {

/// What an error body says, whichever of its shapes it came in. Everything may be empty.
struct service_error {
    std::string code;        ///< `code`; a number becomes its digits
    std::string type;        ///< `type`, or TEI's `error_type`
    std::string inner_code;  ///< `code` of Azure's inner error
    std::string message;     ///< what is meant for people; not cut, not cleaned
};

/// Reads an error body. Known shapes:
///   - OpenAI and the Azure gateway: `{"error": {"message", "type", "param", "code"}}`, where `code` is a
///     word, digits, a number or null;
///   - Azure's content filter: the same with `innererror` (so the wire) or `inner_error` (so the
///     specification) inside `error`;
///   - API Management: `{"statusCode", "message"}`;
///   - text-embeddings-inference and older vLLM: `{"message", "type", "code": 429}`;
///   - text-embeddings-inference, native: `{"error": "text", "error_type": "…"}`;
///   - FastAPI: `{"detail": "text"}` or `{"detail": [{"msg": "text"}]}`;
///   - everything else, HTML of a proxy first of all: the title, or else the text itself.
///
/// Foreign bytes: never throws, bounded in depth and in what it looks at (64 KiB).
[[nodiscard]] service_error read_service_error(std::string_view body);

}  // namespace worker
