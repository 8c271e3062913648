#include "worker/identity_chain.hpp"

#include <cassert>
#include <utility>

namespace worker {

namespace asio = boost::asio;
using pipeline::failure;
using pipeline::result;

namespace {

std::string listed(const std::vector<std::string>& reasons)
{
    std::string text;
    for (const auto& each : reasons) text.append(text.empty() ? "" : "; ").append(each);
    return text;
}

}  // namespace

identity_chain::identity_chain(std::vector<std::unique_ptr<token_source>> sources,
                               std::vector<std::string> left_out, pipeline::event_log& log)
    : sources_{std::move(sources)}, left_out_{std::move(left_out)}, log_{log}
{
    assert(!sources_.empty());
}

asio::awaitable<result<access_token>> identity_chain::fetch()
{
    if (in_use_ != nullptr) co_return co_await in_use_->fetch();

    auto passed_over = left_out_;
    for (const auto& each : sources_) {
        auto token = co_await each->fetch();
        if (token) {
            in_use_ = each.get();
            log_.write(config::log_level::info, "identity chosen",
                       {{"identity", name()}, {"passed_over", listed(passed_over)}});
            co_return token;
        }
        const auto why = token.error();
        if (why.code() != token_failure::unavailable) co_return why;
        passed_over.push_back(each->name() + ": " + why.detail());
    }
    co_return failure{pipeline::errc::deployment_stopped, no_identity_left(passed_over)}.with_code(
        std::string{token_failure::unavailable});
}

std::string no_identity_left(const std::vector<std::string>& passed_over)
{
    return "none of the identities can be used here; " + listed(passed_over);
}

const std::string& identity_chain::name() const { return in_use_ == nullptr ? name_ : in_use_->name(); }

}  // namespace worker
