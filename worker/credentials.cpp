#include "worker/credentials.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <utility>
#include <variant>

#include "worker/key_credential.hpp"
#include "worker/make_token_source.hpp"

namespace worker {

credential& credentials::of(const config::deployment_settings& settings)
{
    if (settings.auth.entra_id) return sign_in_of(*settings.auth.entra_id, settings.name);
    if (settings.auth.api_key)
        return *others_.emplace_back(std::make_unique<key_credential>(time_, log_, settings));
    return *others_.emplace_back(std::make_unique<no_credential>());
}

std::vector<token_credential*> credentials::sign_ins() const
{
    std::vector<token_credential*> all;
    for (const auto& each : sign_ins_) all.push_back(each.tokens.get());
    return all;
}

credential& credentials::sign_in_of(const config::entra_id_settings& settings, const std::string& deployment)
{
    const auto found = std::ranges::find(sign_ins_, settings, &sign_in::settings);
    if (found != sign_ins_.end()) return *found->tokens;
    try {
        auto source = make_token_source(loop_, settings, log_);
        auto tokens =
            std::make_unique<token_credential>(time_, log_, std::move(source), std::random_device{}());
        return *sign_ins_.emplace_back(settings, std::move(tokens)).tokens;
    } catch (const std::runtime_error& why) {
        throw std::runtime_error{"the sign-in of deployment \"" + deployment + "\": " + why.what()};
    }
}

}  // namespace worker
