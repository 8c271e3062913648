#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/simulator/call.hpp"
#include "tools/simulator/fault.hpp"
#include "tools/simulator/model.hpp"

/// The bodies of 200s, member for member as the OpenAPI documents of the two services define them.
namespace simulator {

/// What a reply says beside its answers.
struct reply_head {
    std::string model;
    std::string id;            ///< without its prefix
    std::int64_t created = 0;  ///< seconds since 1970
    api_family family = api_family::azure;
};

/// A body, and what it sells.
struct written_reply {
    std::string body;
    std::vector<std::uint64_t> inputs;  ///< hashes of the inputs whose answers it contains
    std::uint64_t billed_tokens = 0;
};

/// What a fault does to a reply, and to which input where it is about one.
struct reply_trouble {
    reply_fault fault;
    std::size_t target = 0;
};

[[nodiscard]] written_reply write_embeddings(const call& asked, const embeddings_parameters& parameters,
                                             const model_limits& model, const reply_head& head,
                                             const reply_trouble& trouble);
[[nodiscard]] written_reply write_completions(const call& asked, const completions_parameters& parameters,
                                              const reply_head& head, const reply_trouble& trouble);
[[nodiscard]] written_reply write_chat(const call& asked, const chat_parameters& parameters,
                                       const reply_head& head, const reply_trouble& trouble);
[[nodiscard]] written_reply write_response(const call& asked, const responses_parameters& parameters,
                                           const reply_head& head, const reply_trouble& trouble);

}  // namespace simulator
