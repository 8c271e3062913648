#pragma once

#include <string>
#include <string_view>

#include "pipeline/failure.hpp"

namespace worker {

/// Where the agent of Azure Arc keeps what it challenges its callers with; only root and the group himds
/// may read there.
inline constexpr std::string_view arc_key_folder = "/var/opt/azcmagent/tokens";

/// The file that a challenge of Azure Arc names: `Basic realm=/var/opt/azcmagent/tokens/<guid>.key`. Whoever
/// answers in the agent's place must not be able to have another file read and sent to it, so the path has to
/// be that of a `.key` file directly in `folder`
/// (https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication). Foreign bytes:
/// fails with errc::deployment_stopped, never throws.
[[nodiscard]] pipeline::result<std::string> arc_key_file(std::string_view www_authenticate,
                                                         std::string_view folder = arc_key_folder);

}  // namespace worker
