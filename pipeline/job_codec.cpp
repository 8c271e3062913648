#include "pipeline/job_codec.hpp"

#include <cassert>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/json_pointer.hpp"
#include "pipeline/batch_line_form.hpp"
#include "pipeline/header_lookup.hpp"
#include "pipeline/job_deadline.hpp"
#include "pipeline/json_document.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/malformed.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/outcome_id.hpp"
#include "pipeline/record_form.hpp"
#include "pipeline/record_overrides.hpp"
#include "pipeline/request_parameters.hpp"
#include "pipeline/text_form.hpp"

namespace pipeline {
namespace {

/// Schema registries put a zero byte and the four bytes of a schema's number before the document.
bool has_registry_framing(std::string_view value)
{
    constexpr std::size_t frame_bytes = 5;
    return value.size() >= frame_bytes && value.front() == '\0';
}

}  // namespace

struct job_codec::plan {
    struct copied_member {
        std::string name;
        std::vector<std::string> tokens;
    };

    explicit plan(const config::route_settings& settings)
        : route{settings}, parameters{settings}, overrides{settings.overrides}
    {
        switch (route.jobs) {
            case config::job_form::batch_line: break;
            case config::job_form::record: document_form.emplace(route); break;
            case config::job_form::text: plain_form.emplace(route); break;
        }
        for (const auto& pointer : route.metadata) {
            auto tokens = config::pointer_tokens(pointer);
            auto name = tokens.back();
            metadata.push_back({std::move(name), std::move(tokens)});
        }
    }

    result<job> understand(const record& source) const;
    result<job> read_text(const record& source) const;
    result<job> read_document(const record& source) const;
    result<job> read_record(const json_value& document, const record& source) const;
    result<job> read_batch_line(const json_value& document, const record& source) const;
    result<shape> form_of_request(const record& source) const;
    std::string copy_metadata(const json_value& document) const;

    const config::route_settings& route;
    request_parameters parameters;
    record_overrides overrides;
    std::optional<record_form> document_form;
    std::optional<text_form> plain_form;
    std::vector<copied_member> metadata;
};

job_codec::job_codec(const config::route_settings& settings) : plan_{std::make_unique<plan>(settings)} {}
job_codec::~job_codec() = default;
job_codec::job_codec(job_codec&&) noexcept = default;

result<job> job_codec::decode(const record& source, config::time_point now, std::int64_t unix_now_ms) const
{
    assert(source.value && "a tombstone is no job");
    const auto& value = *source.value;
    if (value.size() > max_record_bytes)
        return malformed("record_too_large", "has " + std::to_string(value.size()) + " bytes, more than " +
                                                 std::to_string(max_record_bytes));

    auto understood = plan_->understand(source);
    if (!understood) return understood;
    const auto deadline = job_deadline(plan_->route, source, now, unix_now_ms);
    if (!deadline) return deadline.error();
    understood->deadline = *deadline;
    if (const auto* trace = last_header(source, outcome_header::traceparent))
        understood->trace = read_traceparent(trace->value.value_or(""));
    return understood;
}

result<job> job_codec::plan::understand(const record& source) const
{
    return plain_form ? read_text(source) : read_document(source);
}

result<job> job_codec::plan::read_text(const record& source) const
{
    auto only = plain_form->read(*source.value);
    if (!only) return only.error();
    auto form = form_of_request(source);
    if (!form) return form.error();
    job understood;
    understood.id = outcome_id(route, source.from);
    understood.asks.form = *std::move(form);
    understood.asks.pieces.push_back(*std::move(only));
    return understood;
}

result<job> job_codec::plan::read_document(const record& source) const
{
    const auto& value = *source.value;
    if (has_registry_framing(value))
        return malformed("registry_framing",
                         "begins with a schema registry's frame at byte 0; only plain JSON is read");

    const auto document = json_document::parse(value);
    if (!document) return document.error();
    const auto root = document->root();
    if (!root.is(json_kind::object))
        return malformed("not_an_object",
                         "the document is " + std::string{name_of(root.kind())} + " where an object belongs");

    auto understood = document_form ? read_record(root, source) : read_batch_line(root, source);
    if (understood) understood->metadata = copy_metadata(root);
    return understood;
}

std::string job_codec::find_id(const record& source) const
{
    if (plan_->plain_form || !source.value || source.value->size() > max_record_bytes) return {};
    const auto document = json_document::parse(*source.value);
    if (!document) return {};
    auto id =
        plan_->document_form ? plan_->document_form->id(document->root()) : batch_line_id(document->root());
    return id ? *std::move(id) : std::string{};
}

result<job> job_codec::plan::read_record(const json_value& document, const record& source) const
{
    auto id = document_form->id(document);
    if (!id) return id.error();
    auto pieces = document_form->pieces(document);
    if (!pieces) return pieces.error();
    auto form = form_of_request(source);
    if (!form) return form.error();
    result<job> understood{job{}};
    understood->id = id->empty() ? outcome_id(route, source.from) : *std::move(id);
    understood->asks.form = *std::move(form);
    understood->asks.pieces = *std::move(pieces);
    return understood;
}

result<shape> job_codec::plan::form_of_request(const record& source) const
{
    auto chosen = overrides.read(source);
    if (!chosen) return chosen.error();
    return parameters.with(*std::move(chosen));
}

result<job> job_codec::plan::read_batch_line(const json_value& document, const record& source) const
{
    auto id = batch_line_id(document);
    if (!id) return id.error();
    const auto body = batch_line_body(document, route.asks);
    if (!body) return body.error();
    auto model = batch_line_model(*body);
    if (!model) return model.error();
    auto found = read_batch_line_pieces(*body, route.asks);
    if (!found) return found.error();
    auto chosen = overrides.read(source);
    if (!chosen) return chosen.error();
    auto form = parameters.with(*body, *std::move(chosen));
    if (!form) return form.error();
    job understood;
    understood.id = *std::move(id);
    understood.asks.form = *std::move(form);
    understood.asks.form.pieces = found->form;
    understood.asks.pieces = std::move(found->pieces);
    understood.wanted_model = *std::move(model);
    return understood;
}

std::string job_codec::plan::copy_metadata(const json_value& document) const
{
    std::string copied;
    std::optional<json_object_writer> members;
    for (const auto& each : metadata) {
        const auto found = document.at(each.tokens);
        if (!found) continue;
        if (!members) members.emplace(copied);
        append_compact(members->any_name(each.name), *found);
    }
    if (members) members->close();
    return copied;
}

}  // namespace pipeline
