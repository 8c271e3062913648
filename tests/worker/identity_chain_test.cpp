#include "worker/identity_chain.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/kept_log.hpp"
#include "tests/support/run.hpp"

using namespace std::chrono_literals;
using namespace tests;
using pipeline::errc;
using pipeline::failure;

namespace {

/// A source that answers as it was told.
class told_source final : public worker::token_source {
public:
    explicit told_source(std::string name) : name_{std::move(name)} {}
    boost::asio::awaitable<pipeline::result<worker::access_token>> fetch() override
    {
        ++asked;
        if (why_not) co_return *why_not;
        co_return worker::access_token{config::secret{"token of " + name_}, 1h, {}};
    }
    [[nodiscard]] const std::string& name() const override { return name_; }

    std::optional<failure> why_not;
    int asked = 0;

private:
    std::string name_;
};

failure not_there()
{
    return failure{errc::deployment_stopped, "none here"}.with_code("identity_unavailable");
}

struct chain_rig {
    chain_rig()
    {
        std::vector<std::unique_ptr<worker::token_source>> sources;
        for (const std::string name : {"first", "second"}) {
            auto made = std::make_unique<told_source>(name);
            told.push_back(made.get());
            sources.push_back(std::move(made));
        }
        chain.emplace(std::move(sources), std::vector<std::string>{"client_secret: needs \"tenant\""}, log);
    }
    std::string fetch()
    {
        const auto got = run(loop, chain->fetch());
        return got ? std::string{got->value.reveal()} : got.error().detail();
    }

    boost::asio::io_context loop;
    kept_log log;
    std::vector<told_source*> told;
    std::optional<worker::identity_chain> chain;
};

}  // namespace

TEST_CASE_FIXTURE(chain_rig, "the first source that is there is used, and the log says once why not others")
{
    CHECK(chain->name() == "default");
    told[0]->why_not = not_there();
    CHECK(fetch() == "token of second");
    CHECK(chain->name() == "second");
    CHECK(fetch() == "token of second");
    CHECK(log.lines == std::vector<std::string>{
                           "identity chosen second client_secret: needs \"tenant\"; first: none here"});
}

TEST_CASE_FIXTURE(chain_rig, "a run does not change who it is: what has worked once is asked alone")
{
    CHECK(fetch() == "token of first");
    told[0]->why_not = not_there();
    CHECK(fetch() == "none here");
    CHECK(told[1]->asked == 0);
}

TEST_CASE_FIXTURE(chain_rig, "a source that is there and refuses, or has trouble, is not passed over")
{
    told[0]->why_not = failure{errc::transient, "503"}.with_code("http_503");
    CHECK(fetch() == "503");
    told[0]->why_not = failure{errc::deployment_stopped, "wrong secret"}.with_code("AADSTS7000215");
    CHECK(fetch() == "wrong secret");
    CHECK(told[1]->asked == 0);

    told[0]->why_not = not_there();
    CHECK(fetch() == "token of second");
}

TEST_CASE_FIXTURE(chain_rig, "where none can be used, the failure has every reason")
{
    told[0]->why_not = not_there();
    told[1]->why_not = not_there();
    CHECK(fetch() ==
          "none of the identities can be used here; client_secret: needs \"tenant\"; first: none here; "
          "second: none here");
}
