#include "pipeline/long_input.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "pipeline/deployment.hpp"
#include "pipeline/route.hpp"
#include "pipeline/text_cut.hpp"
#include "pipeline/token_estimate.hpp"

namespace pipeline {
namespace {

constexpr std::size_t most_bytes_a_token = 32;
constexpr double near_the_limit = 0.75;  // texts differ from the mean of their route
constexpr int most_refusals = 6;
constexpr double kept_in_the_dark = 0.75;     // of the text, where the service names no number that can be
constexpr double beside_the_numbers = 0.995;  // tokens are not spread evenly over the text

bool may_cut(const part& one)
{
    const auto& asked = *one.asked_by;
    return asked.way->settings().long_inputs == config::long_input_rule::truncate &&
           can_be_cut(one.text(), asked.asked->form.pieces);
}

/// Token numbers are what they are, whatever texts have.
token_ratio ratio_of(const deployment& where, const route& way, piece_form form)
{
    return form == piece_form::tokens ? token_ratio{} : where.ratios().known_of(way);
}

std::size_t unit_of(piece_form form) { return form == piece_form::tokens ? bytes_per_token : 1; }

/// Notes for the outcome how much of the text is left; makes room for what is sent in its place.
void note(part& one, const piece& kept)
{
    auto& asked = *one.asked_by;
    const auto form = asked.asked->form.pieces;
    auto& all = asked.by.truncated;
    if (!one.cut) {
        one.cut = std::make_unique<shortened_text>();
        one.cut->noted_at = all.size();
        all.push_back({.index = one.index, .texts = asked.parts.size(), .counted_in = form});
    }
    auto& noted = all[one.cut->noted_at];
    noted.kept = kept.text_bytes / unit_of(form);
    noted.of = asked.asked->pieces[one.index].text_bytes / unit_of(form);
}

/// Leaves at most so many bytes of all that the model reads.
bool cut(part& one, std::size_t bytes)
{
    const auto& form = one.asked_by->asked->form;
    if (bytes <= form.prompt_bytes) return false;
    auto kept = shortened(one.text(), form.pieces, bytes - form.prompt_bytes);
    if (!kept) return false;
    note(one, *kept);
    one.cut->kept = *std::move(kept);
    one.largest_batch = 1;  // it may be too long still
    measure(one, form);
    return true;
}

std::size_t part_of(std::size_t bytes, double share)
{
    return static_cast<std::size_t>(std::floor(static_cast<double>(bytes) * share));
}

std::size_t next_length(const part& one, const failure& why, const deployment& where)
{
    const auto& counts = why.counts();
    const auto ratio = ratio_of(where, *one.asked_by->way, one.asked_by->asked->form.pieces);
    const auto bytes = one.text_bytes;
    if (counts && counts->counted && counts->allowed > 0 && *counts->counted > counts->allowed &&
        token_ratio::can_be(*counts->counted, bytes))
        return part_of(bytes, beside_the_numbers * static_cast<double>(counts->allowed) /
                                  static_cast<double>(*counts->counted));
    auto length = part_of(bytes, kept_in_the_dark);
    // Never by a limit alone to less than a tenth: a number from foreign bytes is not worth a text.
    if (counts && !counts->counted && counts->allowed > 0) {
        const auto by_limit = ratio.bytes_of(config::tokens{counts->allowed});
        length = std::min(length, std::max(by_limit, bytes / 10));
    }
    return length;
}

std::string shorten_or_truncate(const config::route_settings& route)
{
    return "shorten it, or set \"long_inputs\": \"truncate\" on route " + route.name;
}

/// Beyond what bytes a text cannot fit, and the deployment that takes most.
struct known_limit {
    const deployment* where;
    std::size_t bytes;
};

/// Nothing where one of the deployments takes nobody knows how much.
std::optional<known_limit> longest_that_can_fit(const route& way, piece_form form)
{
    const deployment* most = nullptr;
    for (const auto* each : way.served_by()) {
        const auto limit = each->settings().max_input_tokens;
        if (!limit) return std::nullopt;
        if (!most || *limit > *most->settings().max_input_tokens) most = each;
    }
    if (!most) return std::nullopt;
    const auto limit = static_cast<std::size_t>(most->settings().max_input_tokens->count());
    return known_limit{most, limit * (form == piece_form::tokens ? bytes_per_token : most_bytes_a_token)};
}

std::string limit_in_words(const deployment& where)
{
    const auto limit = where.settings().max_input_tokens;
    return "max_input_tokens of deployment " + where.settings().name +
           (limit ? " is " + std::to_string(limit->count()) : " is not set");
}

std::string size_in_words(std::size_t bytes, config::tokens tokens)
{
    return std::to_string(bytes) + " bytes, about " + std::to_string(tokens.count()) + " tokens by estimate";
}

std::string what_to_change(const part& one, const deployment& where)
{
    const auto& asked = *one.asked_by;
    const auto& route = asked.way->settings();
    auto text = limit_in_words(where);
    if (!can_be_cut(one.text(), asked.asked->form.pieces))
        return text + "; shorten it, for it is not of a form that can be truncated";
    if (route.long_inputs == config::long_input_rule::reject) return text + "; " + shorten_or_truncate(route);
    if (!one.cut) return text + "; what may be cut of it is too short to help";
    return text + "; it was truncated as far as is tried";
}

}  // namespace

void measure(part& one, const shape& form)
{
    const auto& sent = one.text();
    one.cost = estimate(sent, form);
    one.bytes = sent.json.size() + 1;
    one.text_bytes = bytes_read(sent, form);
}

std::size_t longest_in_company(const deployment& where, const route& way, piece_form form)
{
    const auto limit = where.settings().max_input_tokens;
    if (!limit) return std::numeric_limits<std::size_t>::max();
    const auto bytes = ratio_of(where, way, form).bytes_of(*limit);
    return form == piece_form::tokens ? bytes : part_of(bytes, near_the_limit);
}

std::optional<failure> refuse_unsent(const question& what, const route& way)
{
    const auto form = what.form.pieces;
    const auto known = longest_that_can_fit(way, form);
    if (!known) return std::nullopt;
    const auto& route = way.settings();
    const bool truncates = route.long_inputs == config::long_input_rule::truncate;
    for (const auto& each : what.pieces) {
        if (each.text_bytes <= known->bytes || (truncates && can_be_cut(each, form))) continue;
        const auto tokens = ratio_of(*known->where, way, form).tokens_of(each.text_bytes);
        auto detail = form == piece_form::tokens ? "an input of " + std::to_string(tokens.count()) + " tokens"
                                                 : "a text of " + size_in_words(each.text_bytes, tokens);
        detail += " was not sent: " + limit_in_words(*known->where) + "; ";
        detail += can_be_cut(each, form) ? shorten_or_truncate(route) : "shorten it";
        return failure{errc::too_long, std::move(detail)}.with_code("context_length_exceeded");
    }
    return std::nullopt;
}

void cut_to_what_can_fit(part& one)
{
    if (!may_cut(one)) return;
    const auto& asked = *one.asked_by;
    const auto known = longest_that_can_fit(*asked.way, asked.asked->form.pieces);
    if (known && one.text_bytes > known->bytes) cut(one, known->bytes);
}

void cut_to_limit(part& one, const deployment& where)
{
    const auto limit = where.settings().max_input_tokens;
    // What was cut by the service's own numbers is not cut again by a mean.
    const bool was_measured = one.cut && one.cut->refusals > 0;
    if (!limit || was_measured || !may_cut(one)) return;
    const auto& asked = *one.asked_by;
    const auto longest = ratio_of(where, *asked.way, asked.asked->form.pieces).bytes_of(*limit);
    if (one.text_bytes > longest) cut(one, longest);
}

bool cut_after_refusal(part& one, const failure& why, const deployment& where)
{
    if (!may_cut(one) || (one.cut && one.cut->refusals >= most_refusals)) return false;
    if (!cut(one, next_length(one, why, where))) return false;
    ++one.cut->refusals;
    return true;
}

part* longest_by_far(const std::vector<part*>& batch)
{
    const auto shorter = [](const part* a, const part* b) { return a->text_bytes < b->text_bytes; };
    const auto longest = std::ranges::max_element(batch, shorter);
    if (longest == batch.end()) return nullptr;
    const bool all_shorter = std::ranges::all_of(batch, [&](const part* each) {
        return each == *longest || each->text_bytes * 2 <= (*longest)->text_bytes;
    });
    return all_shorter ? *longest : nullptr;
}

failure explained(failure why, const part& one, const deployment& where)
{
    const auto& asked = *one.asked_by;
    const auto ratio = ratio_of(where, *asked.way, asked.asked->form.pieces);
    const auto size = size_in_words(one.text_bytes, ratio.tokens_of(one.text_bytes));
    return std::move(why).with_further_detail("the text has " + size + ", and " + what_to_change(one, where));
}

}  // namespace pipeline
