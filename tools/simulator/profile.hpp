#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "tools/simulator/api_error.hpp"
#include "tools/simulator/call.hpp"
#include "tools/simulator/fault.hpp"
#include "tools/simulator/http_types.hpp"
#include "tools/simulator/length_words.hpp"
#include "tools/simulator/route.hpp"

namespace simulator {

/// What a server does with a parameter that OpenAI has.
enum class parameter_rule { taken, ignored, refused };

/// The body of an error.
enum class error_shape {
    service,  ///< as the service of that URL form writes it
    numeric,  ///< `{"error":{"message","type","code":400}}`
    text,     ///< `{"error":{"message","type","param","code":"400"}}`: the status as a text
    flat      ///< `{"message","code":400,"type"}`
};

/// How a family of servers that speak this API differs from the services. Only what a client can see of it.
struct profile {
    std::string_view name;
    std::span<const api_family> forms;      ///< URL forms that it has
    std::span<const operation> operations;  ///< that it answers; others are 404
    parameter_rule base64 = parameter_rule::taken;
    parameter_rule dimensions = parameter_rule::taken;
    error_shape errors = error_shape::service;
    length_words too_long = length_words::service;
    std::size_t max_inputs = 0;  ///< of one request, where it has a limit of its own
    bool gives_request_ids = true;
    bool gives_index = true;
    bool gives_usage = true;
    std::string_view reply_members = {};  ///< added to every 200, as `,"timings":{…}`
    std::span<const std::pair<std::string_view, std::string_view>> headers = {};  ///< added to every answer

    [[nodiscard]] bool offers(const route& where) const;
    /// Applies what is ignored; what is refused comes back.
    [[nodiscard]] std::optional<api_error> adapt(call& asked) const;
    /// An error of the service in the words of this server.
    [[nodiscard]] http_answer reworded(http_answer refusal) const;
    /// A fault of a rule, and what every reply of this server lacks.
    [[nodiscard]] reply_fault lacking(reply_fault fault) const;
    /// Adds and removes headers.
    void label(header_list& headers) const;
};

/// The profile of that name; the one with no name, which is all three services at once, where it is empty.
/// Throws std::invalid_argument for a name that is not known, which lists those that are.
[[nodiscard]] const profile& find_profile(std::string_view name);

}  // namespace simulator
