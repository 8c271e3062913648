#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "config/units.hpp"
#include "pipeline/backoff.hpp"
#include "pipeline/failure.hpp"

namespace worker {

/// When a token is fetched, and how long it is shown. A rule: it knows no clock and does nothing.
///
/// A token is fetched again long before it ends, so that a call never waits for one and an issuer that is
/// away for minutes is not noticed:
///
///     the issuer says when (refresh_in)     then
///     it lasts two hours or more            at half of that, because the issuers of managed identities
///                                           keep tokens for a day, and a change of rights comes with a new
///                                           one
///     otherwise                             five minutes before its end
///     it lasts less than ten minutes        at half of that
///
/// (azure-identity of the Azure SDKs: `refresh_on` of managed identities, and the five minutes of
/// azure-core's bearer token policies.) A tenth of the wait is taken off at random, so that workers that were
/// started together do not ask together. The old token is shown until a minute before its end, whatever
/// becomes of the new one.
///
/// After a failure there is a pause: what the issuer asks for, else one that doubles from a second to a
/// minute; a minute at once where somebody has to change something first. (Microsoft's advice for the
/// metadata service of virtual machines: exponential, and no less than a second after a 5xx;
/// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance.)
///
/// A token that the service refuses is fetched anew at once, unless it is younger than half a minute: then
/// its age is not the reason, and asking again would only load the issuer.
class token_schedule {
public:
    explicit token_schedule(std::uint64_t seed) : pause_{seed}, random_{seed} {}

    /// A token came. `lifetime` is above zero.
    void granted(config::duration lifetime, std::optional<config::duration> refresh_in,
                 config::time_point now);
    void failed(const pipeline::failure& why, config::time_point now);
    /// The service does not take the present token. True where another one is worth fetching now.
    [[nodiscard]] bool refused(config::time_point now);

    /// When to ask the issuer next; in the past where that is due. At the beginning it is.
    [[nodiscard]] config::time_point next_fetch() const { return next_fetch_; }
    [[nodiscard]] bool is_usable(config::time_point now) const { return now < usable_until_; }

private:
    pipeline::backoff pause_;
    std::mt19937_64 random_;
    config::time_point granted_at_ = config::time_point::min();
    config::time_point usable_until_ = config::time_point::min();
    config::time_point next_fetch_ = config::time_point::min();
    int failures_ = 0;
};

}  // namespace worker
