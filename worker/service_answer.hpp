#pragma once

#include <chrono>

#include "pipeline/failure.hpp"
#include "worker/http_answer.hpp"

namespace worker {

/// What every answer other than 200 means: the one place that knows statuses, error codes and error bodies,
/// of Azure OpenAI, of OpenAI and of the servers that imitate them.
///
/// A word that the service gives for the error decides where we know it, else the status does:
///
///     2xx, 1xx                      transient: not what was asked for
///     3xx                           deployment_stopped: redirects are never followed, because the key
///                                   would be shown to whoever they lead to
///     408 504                       timed_out
///     501                           route_stopped: llama.cpp's server, for what it was not started for
///     409 424 425 499, other 5xx    transient
///     413                           too_large
///     429                           throttled; too_large where the request alone is above the quota;
///                                   deployment_stopped where the service wants to be left alone for longer
///                                   than any quota of a minute takes (longest_throttling)
///     401 402 403 404 405 407       deployment_stopped
///     410 414 421 426 431
///     other 4xx                     refused
///
/// The texts of messages are looked at only where a service gives the cause in no other way: "too many
/// inputs" (with the number that would be right) and "text too long" without a code, or with status 500. How
/// long such a text is and may be is in no other place either.
/// The header x-should-retry is ignored, since it knows nothing of what else stands in the batch.
///
/// The code is the service's word, else `http_<status>`. The detail quotes the service's message, shortened
/// to valid UTF-8 on one line; for deployment_stopped it also says what to look at. Foreign bytes: never
/// throws. Pure.
///
/// `may_generate` is what the request may have generated, over all of its pieces; zero where it is not
/// limited.
[[nodiscard]] pipeline::failure failure_of(const http_answer& answer, std::chrono::sys_seconds now,
                                           config::tokens may_generate = {});

/// The id under which the service knows the request: `apim-request-id`, which is what Azure's support asks
/// for, else `x-request-id`.
[[nodiscard]] std::string request_id(const http_headers& headers);

}  // namespace worker
