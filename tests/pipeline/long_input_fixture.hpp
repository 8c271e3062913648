#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/json_document.hpp"
#include "tests/support/flow_rig.hpp"

namespace tests {

inline std::size_t bytes_of(std::string_view piece)
{
    const auto json = '[' + std::string{piece} + ']';
    const auto document = pipeline::json_document::parse(json);
    REQUIRE(document.has_value());
    return document->root().elements().front().text().size();
}

/// A model that takes so many tokens a text, of which each byte has so many. It bills whole tokens, so that a
/// ratio learnt from short texts is a little above the true one.
struct limited_model : flow_rig {
    enum class says { both_numbers, the_limit, nothing, nonsense, too_few };

    limited_model()
    {
        auto& route = add_route("documents");
        route.stop_after_refusals = 0;
        deployment_settings.name = "vectors";
        deployment_settings.max_concurrency = 1;
        service.rule = [this](const pipeline::request& ask, int) { return answer(ask); };
    }

    pipeline::result<pipeline::reply> answer(const pipeline::request& ask)
    {
        std::int64_t sum = 0;
        for (const auto piece : ask.pieces) {
            const auto tokens = tokens_in(bytes_of(piece));
            if (tokens > limit) return refusal(tokens);
            sum += tokens;
        }
        auto made = fake_service::good_reply(ask);
        made.used = {sum, 0, sum};
        return made;
    }
    std::int64_t tokens_in(std::size_t bytes) const
    {
        return static_cast<std::int64_t>(std::ceil(tokens_per_byte * static_cast<double>(bytes)));
    }
    pipeline::failure refusal(std::int64_t tokens) const
    {
        std::optional<pipeline::token_counts> counts;
        switch (its_message) {
            case says::both_numbers: counts = pipeline::token_counts{limit, tokens}; break;
            case says::the_limit: counts = pipeline::token_counts{limit, std::nullopt}; break;
            case says::nothing: break;
            case says::nonsense: counts = pipeline::token_counts{limit, tokens * 1'000'000}; break;
            case says::too_few: counts = pipeline::token_counts{1, 2}; break;
        }
        return pipeline::failure{pipeline::errc::too_long, "too many tokens"}
            .with_code("context_length_exceeded")
            .with_status(400)
            .with_token_counts(counts);
    }

    /// The long text and twenty short ones wait together for the only slot.
    void run_among_short_ones(const std::string& text)
    {
        open();
        put("documents", 1, "first ");
        time.advance(std::chrono::milliseconds{10});
        put("documents", 10, "before ");
        source.put("documents", R"({"text":")" + text + R"("})", "long");
        put("documents", 10, "after ");
        finish();
        REQUIRE(ended);
    }
    /// Three long texts and ten short ones wait together for the only slot.
    void run_several_among_short_ones()
    {
        open();
        put("documents", 1, "first ");
        time.advance(std::chrono::milliseconds{10});
        put("documents", 10);
        for (int i = 0; i < 3; ++i)
            source.put("documents", R"({"text":")" + std::to_string(i) + std::string(500, 'x') + R"("})");
        finish();
    }
    /// How often a short text was in a request, at most.
    [[nodiscard]] int neighbours_asked() const
    {
        int most = 0;
        for (const auto& [piece, times] : service.asked)
            if (piece.size() < 30) most = std::max(most, times);
        return most;
    }
    /// The result of the long text.
    [[nodiscard]] pipeline::message long_result() const
    {
        for (const auto& each : sink.of("documents-out"))
            if (each.key == "long") return each;
        FAIL("the long text has no result");
        return {};
    }

    std::int64_t limit = 100;
    double tokens_per_byte = 0.25;
    says its_message = says::both_numbers;
};

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != text.npos;
}

}  // namespace tests
