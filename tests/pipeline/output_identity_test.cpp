#include "pipeline/output_identity.hpp"

#include <doctest/doctest.h>

using pipeline::output_identity;

TEST_CASE("the first answer says which vectors a topic holds")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
}

TEST_CASE("a vector of another model is not published where the first model's are")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
    const auto wrong = outputs.mismatch("vectors", "model-2", 256);
    REQUIRE(wrong);
    CHECK(wrong->find("model-1") != std::string::npos);
    CHECK(wrong->find("model-2") != std::string::npos);
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
}

TEST_CASE("a vector of other dimensions is not published, though the model is the same")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
    const auto wrong = outputs.mismatch("vectors", "model-1", 1536);
    REQUIRE(wrong);
    CHECK(wrong->find("256") != std::string::npos);
    CHECK(wrong->find("1536") != std::string::npos);
}

TEST_CASE("each topic has vectors of its own")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
    CHECK_FALSE(outputs.mismatch("others", "model-2", 1536));
    CHECK(outputs.mismatch("others", "model-1", 256));
}

TEST_CASE("a model that is not named is taken for the right one until one is")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "", 256));
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
    CHECK_FALSE(outputs.mismatch("vectors", "", 256));
    CHECK(outputs.mismatch("vectors", "model-2", 256));
}

TEST_CASE("a vector that does not fit leaves no trace")
{
    output_identity outputs;
    CHECK_FALSE(outputs.mismatch("vectors", "", 256));
    CHECK(outputs.mismatch("vectors", "model-2", 1536));
    CHECK_FALSE(outputs.mismatch("vectors", "model-1", 256));
}
