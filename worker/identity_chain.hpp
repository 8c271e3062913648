#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/event_log.hpp"
#include "worker/token_source.hpp"

namespace worker {

/// Asks one source after the other until one gives a token, and from then on that one alone, so that a run
/// does not change who it is.
///
/// Only what is not there is passed over. A source that is there and refuses, or has trouble of its own, ends
/// the attempt: otherwise a hiccup of the machine's identity would make the run somebody else. (So does
/// ChainedTokenCredential of the Azure SDKs.)
class identity_chain final : public token_source {
public:
    /// In the order in which they are asked; at least one. `left_out`: what could not be made into a source,
    /// and why, for people. The log is told once which one is used, and why not those before it.
    identity_chain(std::vector<std::unique_ptr<token_source>> sources, std::vector<std::string> left_out,
                   pipeline::event_log& log);

    boost::asio::awaitable<pipeline::result<access_token>> fetch() override;
    /// That of the source in use; until one is, what the chain is called.
    [[nodiscard]] const std::string& name() const override;

private:
    std::vector<std::unique_ptr<token_source>> sources_;
    std::vector<std::string> left_out_;
    pipeline::event_log& log_;
    std::string name_ = "default";
    token_source* in_use_ = nullptr;
};

/// Says that nobody is left, and why: for people.
[[nodiscard]] std::string no_identity_left(const std::vector<std::string>& passed_over);

}  // namespace worker
