#include "pipeline/embedding_reply.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/base64.hpp"
#include "pipeline/embedding_items.hpp"
#include "pipeline/reply_slots.hpp"
#include "pipeline/reply_usage.hpp"
#include "pipeline/vector_check.hpp"

namespace pipeline {
namespace {

/// Turns items into checked vectors. Texts are decoded to be looked at, into memory that stays warm, and are
/// kept as texts.
class vector_reader {
public:
    vector_reader(const shared_bytes& body, std::optional<std::size_t> dimensions)
        : body_{body}, dimensions_{dimensions}
    {}

    result<embedding> read(embedding_item& from)
    {
        if (from.base64) return read_text(*from.base64);
        if (from.plain_count > 0) return take_plain(from);
        if (auto wrong = check(*from.numbers)) return *std::move(wrong);
        return embedding{*std::move(from.numbers)};
    }

private:
    result<embedding> read_text(std::string_view text)
    {
        const auto size = base64_decoded_size(text);
        if (!size || *size % sizeof(float) != 0) return no_vector();
        decoded_.resize(*size / sizeof(float));
        if (!decode_base64(text, std::as_writable_bytes(std::span{decoded_}))) return no_vector();
        if (auto wrong = check(decoded_)) return *std::move(wrong);
        return embedding{body_, text, vector_text_form::base64, decoded_.size()};
    }

    result<embedding> take_plain(const embedding_item& from)
    {
        if (!dimensions_) dimensions_ = from.plain_count;
        if (auto wrong = check_dimensions(from.plain_count, *dimensions_)) return *std::move(wrong);
        return embedding{body_, from.plain, vector_text_form::numbers, from.plain_count};
    }

    std::optional<failure> check(std::span<const float> values)
    {
        // Where nobody asked for a size, all are of one size: they come from one model.
        if (!dimensions_) dimensions_ = values.size();
        return check_vector(values, *dimensions_);
    }

    static failure no_vector()
    {
        return unusable("not_a_vector", "a vector is neither numbers nor base64 of float32");
    }

    const shared_bytes& body_;
    std::optional<std::size_t> dimensions_;
    std::vector<float> decoded_;
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
        if (!from.numbers && !from.base64 && from.plain_count == 0)
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
