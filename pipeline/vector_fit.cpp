#include "pipeline/vector_fit.hpp"

#include <string>

#include "pipeline/vector_norm.hpp"
#include "pipeline/vector_packing.hpp"

namespace pipeline {
namespace {

failure unfit(std::string code, std::string detail)
{
    return failure{errc::refused, std::move(detail)}.with_code(std::move(code));
}

}  // namespace

std::optional<failure> fit_vector(std::vector<float>& values, const config::route_settings& route)
{
    const auto kept = route.keep_dimensions.value_or(values.size());
    if (kept > values.size())
        return unfit("too_few_dimensions", "the vector has " + std::to_string(values.size()) +
                                               " dimensions, \"keep_dimensions\" wants " +
                                               std::to_string(kept));
    if (kept < values.size() || route.normalize) {
        const auto length = route.normalize ? 1.0 : norm_of(values);
        values.resize(kept);
        if (!scale_to(values, length))
            return unfit("zero_vector",
                         "the first " + std::to_string(kept) + " dimensions of the vector are all zero");
    }
    if (!fits(values, route.encoding))
        return unfit("out_of_range", "a number of the vector is beyond 65504, the largest of float16");
    return std::nullopt;
}

}  // namespace pipeline
