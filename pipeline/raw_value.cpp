#include "pipeline/raw_value.hpp"

#include <cassert>
#include <span>
#include <variant>

#include "config/names.hpp"
#include "pipeline/base64.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/rfc3339.hpp"
#include "pipeline/value_memory.hpp"
#include "pipeline/vector_packing.hpp"

namespace pipeline {

namespace {

/// Of as many bytes as the largest encoding takes.
std::size_t size_of(std::span<const answer> answers)
{
    std::size_t size = 0;
    for (const auto& each : answers) size += std::get<embedding>(each).dimensions() * sizeof(float);
    return size;
}

/// Base64 of the bytes that are wanted is decoded into their place.
float append_bytes(std::string& out, const embedding& vector, config::vector_encoding encoding)
{
    const auto text = vector.text_as(vector_text_form::base64);
    if (encoding != config::vector_encoding::float32 || text.empty())
        return append_packed(out, vector.values(), encoding);
    const auto begin = out.size();
    out.resize(begin + vector.dimensions() * sizeof(float));
    [[maybe_unused]] const bool whole =
        decode_base64(text, std::as_writable_bytes(std::span{out}.subspan(begin)));
    assert(whole && "the text was checked when it came");
    return 1;
}

}  // namespace

void write_raw_value(message& into, const answered_job& done)
{
    const auto encoding = done.route.encoding;
    std::string scales;
    auto& bytes = into.value.emplace(value_memory::take(size_of(done.answers)));
    for (const auto& each : done.answers) {
        const auto scale = append_bytes(bytes, std::get<embedding>(each), encoding);
        if (!scales.empty()) scales += ' ';
        append_json_number(scales, scale);
    }

    namespace header = outcome_header;
    auto& headers = into.headers;
    headers.add(header::id, done.work.id);
    headers.add(header::encoding, config::name_of(encoding));
    if (encoding == config::vector_encoding::int8) headers.add(header::scale, scales);
    if (done.answers.size() > 1) headers.add(header::vectors, std::to_string(done.answers.size()));
    headers.add(header::prompt_tokens, std::to_string(done.by.used.prompt_tokens));
    headers.add_if_known(header::request_id, done.by.request_id);
    headers.add(header::attempts, std::to_string(done.by.attempts));
    headers.add(header::time, rfc3339_text{done.times.answered_ms}.view());
    headers.add_if_known(header::metadata, done.work.metadata);
}

}  // namespace pipeline
