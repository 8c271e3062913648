#include "worker/arc_challenge.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("the file of a challenge is a .key directly in the agent's folder, and nothing else")
{
    const std::string folder = "/var/opt/azcmagent/tokens";
    const auto good = worker::arc_key_file("Basic realm=" + folder + "/0f3a-9.key");
    REQUIRE(good.has_value());
    CHECK(*good == folder + "/0f3a-9.key");

    for (const auto& challenge : std::vector<std::string>{
             "",
             "Basic",
             "Basic realm=",
             "Bearer realm=" + folder + "/a.key",
             "Basic realm=" + folder + "/a.txt",
             "Basic realm=" + folder + "/.key",
             "Basic realm=" + folder + "/",
             "Basic realm=" + folder + "/../a.key",
             "Basic realm=" + folder + "/x/a.key",
             "Basic realm=" + folder + "//a.key",
             "Basic realm=/etc/a.key",
             "Basic realm=a.key",
             "Basic realm=" + folder + "/a\n.key",
             "Basic realm=" + folder + "-other/a.key",
         }) {
        CAPTURE(challenge);
        const auto refused = worker::arc_key_file(challenge);
        REQUIRE(refused.has_error());
        CHECK(static_cast<int>(refused.error().reason()) ==
              static_cast<int>(pipeline::errc::deployment_stopped));
    }
}
