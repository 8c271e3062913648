#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Reads what a run has published and judges it from the outside.
namespace reading {

/// Compares the ids that went in with the outcomes that came out. Every id should have exactly one.
class outcome_tally {
public:
    /// This id went in. Before the first count().
    void expect(std::string id);
    /// An outcome of that id was found; `ending` is the word for how it ended.
    void count(const std::string& id, std::string_view ending);

    [[nodiscard]] std::size_t expected() const { return expected_; }
    [[nodiscard]] std::size_t outcomes() const { return outcomes_; }
    [[nodiscard]] std::size_t distinct() const { return distinct_; }
    [[nodiscard]] std::size_t doubled() const { return outcomes_ - distinct_; }
    /// Expected ids without an outcome.
    [[nodiscard]] std::size_t missing() const { return expected_ - answered_; }
    /// Distinct ids that nobody expected; only meaningful where something was.
    [[nodiscard]] std::size_t unexpected() const { return distinct_ - answered_; }
    /// How many outcomes ended in which way.
    [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& endings() const { return endings_; }
    /// Up to `most` expected ids without an outcome.
    [[nodiscard]] std::vector<std::string> some_missing(std::size_t most) const;

private:
    struct entry {
        bool expected = false;
        std::size_t outcomes = 0;
    };

    std::unordered_map<std::string, entry> entries_;
    std::map<std::string, std::size_t, std::less<>> endings_;
    std::size_t expected_ = 0;
    std::size_t outcomes_ = 0;
    std::size_t distinct_ = 0;
    std::size_t answered_ = 0;  ///< expected ids with an outcome
};

}  // namespace reading
