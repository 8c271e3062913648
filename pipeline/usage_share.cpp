#include "pipeline/usage_share.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>

namespace pipeline {
namespace {

/// Products of two numbers up to this one fit 64 bits.
constexpr std::int64_t largest_sum = std::int64_t{1} << 31;

/// Weights whose sum is above zero and at most largest_sum.
std::vector<std::int64_t> comparable(std::span<const std::int64_t> weights)
{
    std::vector<std::int64_t> result{weights.begin(), weights.end()};
    const auto count = static_cast<std::int64_t>(result.size());
    assert(count <= largest_sum);
    const auto limit = largest_sum / count;
    const auto heaviest = *std::max_element(result.begin(), result.end());
    if (heaviest == 0) std::fill(result.begin(), result.end(), 1);
    for (auto excess = heaviest; excess > limit; excess /= 2)
        for (auto& each : result) each /= 2;
    return result;
}

/// One number divided by the largest remainder method; the working memory serves several numbers.
class apportionment {
public:
    explicit apportionment(std::span<const std::int64_t> weights)
        : weights_{comparable(weights)},
          sum_{std::accumulate(weights_.begin(), weights_.end(), std::int64_t{0})},
          remainders_(weights_.size()),
          order_(weights_.size())
    {}

    void divide(std::int64_t total, std::vector<usage>& shares, std::int64_t usage::* member)
    {
        assert(total >= 0);
        // total * weight / sum, in parts that cannot overflow.
        const auto quotient = total / sum_;
        const auto rest = total % sum_;
        auto left = total;
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            const auto share = quotient * weights_[i] + rest * weights_[i] / sum_;
            remainders_[i] = rest * weights_[i] % sum_;
            shares[i].*member = share;
            left -= share;
        }
        if (left == 0) return;
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        const auto lucky = order_.begin() + static_cast<std::ptrdiff_t>(left);
        std::nth_element(order_.begin(), lucky, order_.end(), [&](auto a, auto b) {
            return remainders_[a] != remainders_[b] ? remainders_[a] > remainders_[b] : a < b;
        });
        for (auto each = order_.begin(); each != lucky; ++each) shares[*each].*member += 1;
    }

private:
    std::vector<std::int64_t> weights_;
    std::int64_t sum_;
    std::vector<std::int64_t> remainders_;
    std::vector<std::size_t> order_;
};

}  // namespace

std::vector<usage> split(const usage& total, std::span<const std::int64_t> prompts,
                         std::span<const std::int64_t> completions)
{
    assert(prompts.size() == completions.size());
    std::vector<usage> shares(prompts.size());
    if (prompts.empty()) return shares;
    if (prompts.size() == 1) {
        shares.front() = total;
        return shares;
    }
    apportionment parts{prompts};
    parts.divide(total.prompt_tokens, shares, &usage::prompt_tokens);
    if (total.completion_tokens > 0)
        apportionment{completions}.divide(total.completion_tokens, shares, &usage::completion_tokens);
    if (total.prompt_tokens + total.completion_tokens == total.total_tokens) {
        for (auto& each : shares) each.total_tokens = each.prompt_tokens + each.completion_tokens;
    } else {
        parts.divide(total.total_tokens, shares, &usage::total_tokens);
    }
    return shares;
}

}  // namespace pipeline
