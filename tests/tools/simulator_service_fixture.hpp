#pragma once

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tools/simulator/fault_reader.hpp"
#include "tools/simulator/service.hpp"

/// The simulator's service without its network, and JSON that is easy to ask.
namespace tests {

constexpr std::string_view classic_embeddings =
    "/openai/deployments/vectors/embeddings?api-version=2024-10-21";
constexpr std::string_view classic_completions =
    "/openai/deployments/texts/completions?api-version=2024-10-21";
constexpr std::string_view classic_chat = "/openai/deployments/talk/chat/completions?api-version=2024-10-21";

[[nodiscard]] inline simulator::delivery post(simulator::service& service, std::string_view target,
                                              std::string_view body, simulator::header_list headers = {})
{
    return service.answer({.method = "POST",
                           .target = std::string{target},
                           .headers = std::move(headers),
                           .body = std::string{body}},
                          std::chrono::steady_clock::time_point{});
}

[[nodiscard]] inline simulator::delivery post_with(std::string_view faults, std::string_view target,
                                                   std::string_view body)
{
    simulator::service service{{}};
    service.faults().set(simulator::read_faults(faults));
    return post(service, target, body);
}

/// A parsed body.
class json_body {
public:
    explicit json_body(const simulator::delivery& from)
    {
        document_.Parse(from.answer.body.data(), from.answer.body.size());
    }

    [[nodiscard]] bool is_json() const { return !document_.HasParseError(); }

    /// The value at a JSON Pointer; null where there is none.
    [[nodiscard]] const rapidjson::Value* at(const std::string& pointer) const
    {
        return rapidjson::Pointer{pointer}.Get(document_);
    }
    [[nodiscard]] std::string text(const std::string& pointer) const
    {
        const auto* found = at(pointer);
        if (found == nullptr) return "(absent)";
        if (found->IsNull()) return "(null)";
        return found->IsString() ? std::string{found->GetString(), found->GetStringLength()} : "(no text)";
    }
    [[nodiscard]] std::int64_t number(const std::string& pointer) const
    {
        const auto* found = at(pointer);
        return found != nullptr && found->IsInt64() ? found->GetInt64() : -999;
    }
    [[nodiscard]] std::size_t size(const std::string& pointer) const
    {
        const auto* found = at(pointer);
        return found != nullptr && found->IsArray() ? found->Size() : 0;
    }

private:
    rapidjson::Document document_;
};

}  // namespace tests
