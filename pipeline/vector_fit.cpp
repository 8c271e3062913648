#include "pipeline/vector_fit.hpp"

#include <string>
#include <utility>
#include <vector>

#include "pipeline/vector_norm.hpp"
#include "pipeline/vector_packing.hpp"

namespace pipeline {
namespace {

failure unfit(std::string code, std::string detail)
{
    return failure{errc::refused, std::move(detail)}.with_code(std::move(code));
}

}  // namespace

std::optional<failure> fit_vector(embedding& vector, const config::route_settings& route)
{
    const auto kept = route.keep_dimensions.value_or(vector.dimensions());
    if (kept > vector.dimensions())
        return unfit("too_few_dimensions", "the vector has " + std::to_string(vector.dimensions()) +
                                               " dimensions, \"keep_dimensions\" wants " +
                                               std::to_string(kept));
    if (kept < vector.dimensions() || route.normalize) {
        auto values = vector.values();
        const auto length = route.normalize ? 1.0 : norm_of(values);
        values.resize(kept);
        if (!scale_to(values, length))
            return unfit("zero_vector",
                         "the first " + std::to_string(kept) + " dimensions of the vector are all zero");
        vector = embedding{std::move(values)};
    }
    if (route.encoding == config::vector_encoding::float16 && !fit_float16(vector.values()))
        return unfit("out_of_range", "a number of the vector is beyond 65504, the largest of float16");
    return std::nullopt;
}

}  // namespace pipeline
