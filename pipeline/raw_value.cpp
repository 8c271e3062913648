#include "pipeline/raw_value.hpp"

#include <variant>

#include "config/names.hpp"
#include "pipeline/json_text.hpp"
#include "pipeline/outcome_headers.hpp"
#include "pipeline/rfc3339.hpp"
#include "pipeline/vector_packing.hpp"

namespace pipeline {

void write_raw_value(message& into, const answered_job& done)
{
    const auto encoding = done.route.encoding;
    std::string scales;
    auto& bytes = into.value.emplace();
    for (const auto& each : done.answers) {
        const auto scale = append_packed(bytes, std::get<embedding>(each).values(), encoding);
        if (!scales.empty()) scales += ' ';
        append_json_number(scales, scale);
    }

    namespace header = outcome_header;
    auto& headers = into.headers;
    headers.add(header::id, done.work.id);
    headers.add(header::encoding, config::name_of(encoding));
    if (encoding == config::vector_encoding::int8) headers.add(header::scale, scales);
    headers.add(header::vectors, std::to_string(done.answers.size()));
    headers.add(header::prompt_tokens, std::to_string(done.by.used.prompt_tokens));
    headers.add_if_known(header::request_id, done.by.request_id);
    headers.add(header::attempts, std::to_string(done.by.attempts));
    headers.add(header::time, write_rfc3339(done.times.answered_ms));
    headers.add_if_known(header::metadata, done.work.metadata);
}

}  // namespace pipeline
