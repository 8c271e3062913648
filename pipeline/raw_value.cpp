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
    header::set(headers, header::id, done.work.id);
    header::set(headers, header::encoding, std::string{config::name_of(encoding)});
    if (encoding == config::vector_encoding::int8) header::set(headers, header::scale, std::move(scales));
    header::set(headers, header::vectors, std::to_string(done.answers.size()));
    header::set(headers, header::prompt_tokens, std::to_string(done.by.used.prompt_tokens));
    header::set_if_known(headers, header::request_id, done.by.request_id);
    header::set(headers, header::attempts, std::to_string(done.by.attempts));
    header::set(headers, header::time, write_rfc3339(done.times.answered_ms));
    header::set_if_known(headers, header::metadata, done.work.metadata);
}

}  // namespace pipeline
