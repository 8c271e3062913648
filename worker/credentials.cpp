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
    if (settings.auth.entra_id)
        return sign_in_of(*settings.auth.entra_id, "the sign-in of deployment \"" + settings.name + "\"");
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

token_credential* credentials::of(const config::kafka_settings& settings)
{
    if (const auto* const entra_id = std::get_if<config::entra_id_settings>(&settings.auth))
        return &sign_in_of(*entra_id, "kafka.auth");
    const auto* const oauth = std::get_if<config::oauth_settings>(&settings.auth);
    if (oauth == nullptr) return nullptr;
    try {
        return &add(make_token_source(loop_, *oauth), std::nullopt);
    } catch (const std::runtime_error& why) {
        throw std::runtime_error{std::string{"kafka.auth: "} + why.what()};
    }
}

token_credential& credentials::sign_in_of(const config::entra_id_settings& settings, const std::string& whose)
{
    const auto found = std::ranges::find(sign_ins_, settings, &sign_in::shared_by);
    if (found != sign_ins_.end()) return *found->tokens;
    try {
        return add(make_token_source(loop_, settings, log_), settings);
    } catch (const std::runtime_error& why) {
        throw std::runtime_error{whose + ": " + why.what()};
    }
}

token_credential& credentials::add(std::unique_ptr<token_source> source,
                                   std::optional<config::entra_id_settings> shared_by)
{
    auto tokens = std::make_unique<token_credential>(time_, log_, std::move(source), std::random_device{}());
    return *sign_ins_.emplace_back(std::move(shared_by), std::move(tokens)).tokens;
}

}  // namespace worker
