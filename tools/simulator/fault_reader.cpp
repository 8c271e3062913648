#include "tools/simulator/fault_reader.hpp"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <stdexcept>

#include "tools/simulator/json_fields.hpp"

namespace simulator {
namespace {

template <class T>
using words = std::pair<std::string_view, T>;

constexpr words<operation> operations[] = {{"embeddings", operation::embeddings},
                                           {"completions", operation::completions},
                                           {"chat", operation::chat},
                                           {"responses", operation::responses}};
constexpr words<index_fault> index_faults[] = {
    {"shuffled", index_fault::shuffled},         {"all_absent", index_fault::all_absent},
    {"one_absent", index_fault::one_absent},     {"doubled", index_fault::doubled},
    {"out_of_range", index_fault::out_of_range}, {"negative", index_fault::negative}};
constexpr words<count_fault> count_faults[] = {{"one_missing", count_fault::one_missing},
                                               {"one_extra", count_fault::one_extra},
                                               {"all_missing", count_fault::all_missing}};
constexpr words<vector_fault> vector_faults[] = {{"empty", vector_fault::empty},
                                                 {"zero", vector_fault::zero},
                                                 {"nan", vector_fault::not_a_number},
                                                 {"infinite", vector_fault::infinite},
                                                 {"wrong_dimensions", vector_fault::wrong_dimensions},
                                                 {"other_encoding", vector_fault::other_encoding}};
constexpr words<filter_fault> filter_faults[] = {{"prompt", filter_fault::prompt},
                                                 {"answer", filter_fault::answer}};
constexpr words<ending> endings[] = {{"reset", ending::reset},
                                     {"closed", ending::closed},
                                     {"garbage", ending::garbage},
                                     {"stalled_before", ending::stalled_before},
                                     {"stalled_after_head", ending::stalled_after_head},
                                     {"stalled_in_body", ending::stalled_in_body}};

constexpr std::int64_t any_count = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t longest_delay_ms = 24LL * 60 * 60 * 1000;

/// A setting that counts: absent means what the structure says by itself.
void read_count(json_fields& from, std::string_view name, std::int64_t lowest, std::uint64_t& into)
{
    if (const auto count = from.integer(name, lowest, any_count)) into = static_cast<std::uint64_t>(*count);
}

fault_condition read_condition(const rapidjson::Value& value, const std::string& path,
                               std::optional<json_problem>& first)
{
    json_fields when{value, path, first};
    when.allow_only({"operation", "deployment", "input_contains", "min_inputs", "request", "first", "every",
                     "probability", "seed"});
    fault_condition condition;
    condition.asks = when.word<operation>("operation", operations);
    condition.deployment = when.text("deployment").value_or(std::string{});
    condition.input_contains = when.text("input_contains").value_or(std::string{});
    read_count(when, "min_inputs", 0, condition.min_inputs);
    read_count(when, "request", 1, condition.request);
    read_count(when, "first", 1, condition.first);
    read_count(when, "every", 1, condition.every);
    condition.probability = when.number("probability", 0, 1).value_or(1);
    read_count(when, "seed", 0, condition.seed);
    return condition;
}

header_list read_headers(const rapidjson::Value& value, const std::string& path,
                         std::optional<json_problem>& first)
{
    header_list headers;
    json_fields fields{value, path, first};
    if (!value.IsObject()) return headers;
    for (const auto& member : value.GetObject()) {
        std::string name{member.name.GetString(), member.name.GetStringLength()};
        auto text = fields.text(name).value_or(std::string{});
        if (name.find_first_of("\r\n: ") != std::string::npos ||
            text.find_first_of("\r\n") != std::string::npos) {
            fields.fail(name, "is not a header", "invalid_value");
        }
        std::ranges::transform(name, name.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
        });
        headers.emplace_back(std::move(name), std::move(text));
    }
    return headers;
}

/// A string is sent as HTML, anything else as the JSON that it is.
std::optional<replacement> read_replacement(json_fields& then)
{
    const auto status = then.integer("status", 200, 599);
    const auto* body = then.find("body");
    if (!status) {
        if (body != nullptr) then.fail("body", "needs a 'status' beside it", "missing_required_parameter");
        return std::nullopt;
    }
    replacement instead;
    instead.status = static_cast<int>(*status);
    if (body == nullptr) return instead;
    if (body->IsString()) {
        instead.body.emplace(body->GetString(), body->GetStringLength());
        instead.is_json = false;
        return instead;
    }
    instead.body = json_of(*body);
    return instead;
}

wire_fault read_wire(json_fields& then)
{
    wire_fault wire;
    wire.end = then.word<ending>("ending", endings).value_or(ending::whole);
    if (const auto bytes = then.integer("cut_after_bytes", 0, any_count)) {
        wire.cut_after = static_cast<std::size_t>(*bytes);
        if (wire.end != ending::whole) then.fail("ending", "excludes 'cut_after_bytes'", "invalid_value");
        wire.end = ending::cut;
    }
    wire.chunked = then.boolean("chunked").value_or(false);
    wire.close_after = then.boolean("close_after").value_or(false);
    wire.delay = std::chrono::milliseconds{then.integer("delay_ms", 0, longest_delay_ms).value_or(0)};
    return wire;
}

fault read_fault(const rapidjson::Value& value, const std::string& path, std::optional<json_problem>& first)
{
    json_fields then{value, path, first};
    then.allow_only({"status", "body", "headers", "ending", "cut_after_bytes", "chunked", "close_after",
                     "delay_ms", "index", "answers", "vector", "content_filter", "refusal", "failure",
                     "model", "without_usage"});
    fault made;
    made.instead = read_replacement(then);
    if (const auto* headers = then.find("headers")) {
        made.headers = read_headers(*headers, then.path_of("headers"), first);
    }
    made.wire = read_wire(then);
    made.reply.index = then.word<index_fault>("index", index_faults).value_or(index_fault::none);
    made.reply.count = then.word<count_fault>("answers", count_faults).value_or(count_fault::none);
    made.reply.vector = then.word<vector_fault>("vector", vector_faults).value_or(vector_fault::none);
    made.reply.filter = then.word<filter_fault>("content_filter", filter_faults).value_or(filter_fault::none);
    made.reply.refusal = then.text("refusal").value_or(std::string{});
    made.reply.failure = then.text("failure").value_or(std::string{});
    made.reply.model = then.text("model").value_or(std::string{});
    made.reply.without_usage = then.boolean("without_usage").value_or(false);
    return made;
}

fault_rule read_rule(const rapidjson::Value& value, const std::string& path,
                     std::optional<json_problem>& first)
{
    json_fields rule{value, path, first};
    rule.allow_only({"when", "then"});
    fault_rule made;
    if (const auto* when = rule.find("when")) made.when = read_condition(*when, rule.path_of("when"), first);
    if (const auto* then = rule.require("then")) made.then = read_fault(*then, rule.path_of("then"), first);
    return made;
}

}  // namespace

std::vector<fault_rule> read_faults(std::string_view json)
{
    constexpr unsigned flags =
        rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag | rapidjson::kParseIterativeFlag;
    rapidjson::Document document;
    document.Parse<flags>(json.data(), json.size());
    if (document.HasParseError()) {
        throw std::invalid_argument{"faults: not JSON at byte " + std::to_string(document.GetErrorOffset()) +
                                    ": " + rapidjson::GetParseError_En(document.GetParseError())};
    }
    if (!document.IsArray()) throw std::invalid_argument{"faults: must be an array of rules"};

    std::optional<json_problem> problem;
    std::vector<fault_rule> rules;
    for (rapidjson::SizeType at = 0; at < document.Size(); ++at) {
        rules.push_back(read_rule(document[at], "[" + std::to_string(at) + "]", problem));
    }
    if (problem) throw std::invalid_argument{"faults: " + problem->message};
    return rules;
}

}  // namespace simulator
