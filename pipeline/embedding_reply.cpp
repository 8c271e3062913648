#include "pipeline/embedding_reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/embedding_items.hpp"
#include "pipeline/reply_slots.hpp"
#include "pipeline/reply_usage.hpp"
#include "pipeline/vector_check.hpp"

namespace pipeline {
namespace {

/// Turns items into checked vectors, each kept as it came.
class vector_reader {
public:
    vector_reader(const shared_bytes& body, std::optional<std::size_t> dimensions)
        : body_{body}, dimensions_{dimensions}
    {}

    result<embedding> read(embedding_item& from)
    {
        if (from.text) {
            if (!from.in_text) return no_vector();
            const auto& [letters, count, largest] = *from.in_text;
            if (auto wrong = check(count, largest)) return *std::move(wrong);
            return embedding{body_, *from.text, vector_text_form::base64, count};
        }
        if (from.plain_count > 0) {
            if (auto wrong = check_size(from.plain_count)) return *std::move(wrong);
            return embedding{body_, from.plain, vector_text_form::numbers, from.plain_count};
        }
        if (auto wrong = check(from.numbers->size(), largest_magnitude(*from.numbers)))
            return *std::move(wrong);
        return embedding{*std::move(from.numbers)};
    }

private:
    std::optional<failure> check(std::size_t count, std::uint32_t largest)
    {
        if (auto wrong = check_size(count)) return wrong;
        return check_magnitude(largest);
    }

    std::optional<failure> check_size(std::size_t count)
    {
        // Where nobody asked for a size, all are of one size: they come from one model.
        if (!dimensions_) dimensions_ = count;
        return check_dimensions(count, *dimensions_);
    }

    static failure no_vector()
    {
        return unusable("not_a_vector", "a vector is neither numbers nor base64 of float32");
    }

    const shared_bytes& body_;
    std::optional<std::size_t> dimensions_;
};

result<std::vector<answer>> join(const request& ask, const shared_bytes& body,
                                 std::vector<embedding_item>& items)
{
    reply_slots slots;
    for (const auto& each : items) slots.add(each.index);
    const auto item_at = slots.join(ask.pieces.size());
    if (!item_at) return item_at.error();

    std::vector<answer> answers;
    answers.reserve(items.size());
    vector_reader vectors{body, ask.form->dimensions};
    for (const auto number : *item_at) {
        auto& from = items[number];
        if (!from.numbers && !from.text && from.plain_count == 0)
            return unusable("missing_answer", "item " + std::to_string(number) + " has no embedding");
        auto vector = vectors.read(from);
        if (!vector) return vector.error();
        answers.emplace_back(*std::move(vector));
    }
    return answers;
}

}  // namespace

result<reply> read_embedding_reply(const request& ask, shared_bytes body)
{
    auto items = read_embedding_items(body, ask.pieces.size(), ask.form->dimensions.value_or(0));
    if (!items) return items.error();
    auto answers = join(ask, body, items->all);
    if (!answers) return answers.error();
    reply read;
    read.answers = *std::move(answers);
    read.used = complete(items->used);
    read.model = std::move(items->model);
    return read;
}

}  // namespace pipeline
