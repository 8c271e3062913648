#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>

#include "config/identity.hpp"
#include "config/kafka_auth.hpp"
#include "pipeline/event_log.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// The source of tokens for a sign-in: that of its one identity, or a chain of them. Reads once what each
/// needs. Throws std::runtime_error, which says what is missing, where no source is left.
[[nodiscard]] std::unique_ptr<token_source> make_token_source(boost::asio::io_context& loop,
                                                              const config::entra_id_settings& settings,
                                                              pipeline::event_log& log);
/// The same at an issuer that is not Entra ID.
[[nodiscard]] std::unique_ptr<token_source> make_token_source(boost::asio::io_context& loop,
                                                              const config::oauth_settings& settings);

}  // namespace worker
