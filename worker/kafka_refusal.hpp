#pragma once

#include <cstdint>
#include <optional>

#include "pipeline/failure.hpp"
#include "pipeline/outcome.hpp"
#include "worker/kafka_production.hpp"

/// Why an outcome is not published, in words for those who have to change something.
namespace worker {

/// Found before anything is written: a message above `largest`, the producer's message.max.bytes.
[[nodiscard]] std::optional<pipeline::failure> find_oversized(const pipeline::outcome& what,
                                                              std::int64_t largest);

/// A message that its topic does not take, alone in its batch.
[[nodiscard]] pipeline::failure refusal_of(const kafka_delivery& delivery);

/// Given up because the process ends, or because the record belongs to somebody else by now.
[[nodiscard]] pipeline::failure not_durable();

}  // namespace worker
