#include <doctest/doctest.h>

#include "tools/simulator/route.hpp"
#include "tools/simulator/uri.hpp"

using simulator::api_family;
using simulator::find_route;
using simulator::operation;

TEST_CASE("each operation has its place in each URL form")
{
    const auto classic = find_route("/openai/deployments/my%20model/embeddings?api-version=2024-10-21");
    REQUIRE(classic);
    CHECK(classic->family == api_family::azure);
    CHECK(classic->asks == operation::embeddings);
    CHECK(classic->deployment == "my model");
    CHECK(classic->api_version == "2024-10-21");

    CHECK(find_route("/openai/deployments/d/completions?api-version=2024-10-21")->asks ==
          operation::completions);
    CHECK(find_route("/openai/deployments/d/chat/completions?x=1&api-version=2025-04-01-preview")->asks ==
          operation::chat);
    CHECK(find_route("/openai/v1/embeddings")->family == api_family::azure_v1);
    CHECK(find_route("/openai/v1/chat/completions?api-version=preview")->asks == operation::chat);
    CHECK(find_route("/v1/embeddings")->family == api_family::openai);
    CHECK(find_route("/v1/completions")->asks == operation::completions);
    CHECK(find_route("/v1/chat/completions")->asks == operation::chat);
    CHECK(find_route("/v1/responses")->asks == operation::responses);
    CHECK(find_route("/openai/v1/responses")->family == api_family::azure_v1);
    const auto responses = find_route("/openai/responses?api-version=2025-03-01-preview");
    REQUIRE(responses);
    CHECK(responses->family == api_family::azure);
    CHECK(responses->asks == operation::responses);
    CHECK(responses->deployment.empty());
}

TEST_CASE("a path that the service does not have leads nowhere")
{
    const std::string targets[] = {"/openai/deployments/d/embeddings",
                                   "/openai/deployments/d/embeddings?api-version=",
                                   "/openai/deployments/d/embeddings?api-version=latest",
                                   "//openai/deployments/d/embeddings?api-version=2024-10-21",
                                   "/openai//deployments/d/embeddings?api-version=2024-10-21",
                                   "/openai/deployments//embeddings?api-version=2024-10-21",
                                   "/openai/deployments/d?api-version=2024-10-21",
                                   "/openai/v1/completions",
                                   "/openai/v1//embeddings",
                                   "/v1/embeddings/",
                                   "/v1/responses/resp_1",
                                   "/openai/responses?api-version=2024-10-21",
                                   "/openai/responses",
                                   "/openai/deployments/d/responses?api-version=2025-04-01-preview",
                                   "/"};
    for (const auto& target : targets) {
        CAPTURE(target);
        CHECK_FALSE(find_route(target));
    }
}

TEST_CASE("a query value is decoded")
{
    CHECK(simulator::query_value("a=1&text=one+two%20%C3%A9&b", "text") == "one two \xC3\xA9");
    CHECK(simulator::query_value("a=1&text", "text") == "");
    CHECK(simulator::query_value("text=100%", "text") == "100%");
    CHECK_FALSE(simulator::query_value("context=1", "text"));
}
