#include "worker/key_credential.hpp"

#include <stdexcept>
#include <utility>

#include "worker/secret_text.hpp"

namespace worker {

namespace asio = boost::asio;

namespace {

/// Kubernetes itself takes up to a minute to bring a changed secret to its file.
constexpr config::duration look_again_after = std::chrono::seconds{5};

}  // namespace

key_credential::key_credential(pipeline::timeline& time, pipeline::event_log& log,
                               const config::deployment_settings& settings)
    : time_{time},
      log_{log},
      deployment_{settings.name},
      header_{config::header_of(settings)},
      looked_at_{time.now()}
{
    for (const auto& each : {settings.auth.api_key, settings.auth.second_api_key})
        if (each) keys_.push_back({*each, read(*each)});
}

asio::awaitable<pipeline::result<credential::shown>> key_credential::show(config::time_point)
{
    if (time_.now() - looked_at_ >= look_again_after) look_again();
    co_return shown{keys_[shown_].line.reveal(), version_};
}

asio::awaitable<bool> key_credential::replace(std::uint64_t refused, config::time_point)
{
    if (refused == version_) look_again();
    if (refused != version_) co_return true;
    if (keys_.size() < 2) co_return false;

    log_.write(config::log_level::warning, "the service refused a key: sending the other one",
               {{"deployment", deployment_}, {"refused", keys_[shown_].from.name}});
    shown_ = 1 - shown_;
    ++version_;
    co_return true;
}

config::secret key_credential::read(const config::secret_reference& from) const
{
    const auto purpose = "the key of deployment \"" + deployment_ + '"';
    const auto value = config::read_secret(from, purpose);
    return secret_header(header_.name, header_.prefix, value, purpose + " (" + from.name + ')');
}

void key_credential::look_again()
{
    looked_at_ = time_.now();
    for (auto& each : keys_)
        if (each.from.from == config::secret_reference::source::file) look_again(each);
}

void key_credential::look_again(key& which)
{
    try {
        auto now = read(which.from);
        which.is_unreadable = false;
        if (now.reveal() == which.line.reveal()) return;
        which.line = std::move(now);
        if (&which == &keys_[shown_]) ++version_;
        log_.write(config::log_level::info, "a key has changed",
                   {{"deployment", deployment_}, {"key", which.from.name}});
    } catch (const std::runtime_error& why) {
        if (!std::exchange(which.is_unreadable, true))
            log_.write(config::log_level::warning, "a key cannot be read again: the one from before stays",
                       {{"deployment", deployment_}, {"reason", std::string{why.what()}}});
    }
}

}  // namespace worker
