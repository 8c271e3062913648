#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"

namespace pipeline {

/// The beginning of the headers by which a record sets a member of its request body.
constexpr std::string_view override_header = "batchmill-set-";

/// A member of a request body.
struct request_parameter {
    enum class source { route, body, header };

    std::string name;
    std::string json;
    source set_by = source::route;
};

/// The members of a request body beside its pieces and its model: those that the route sets, over them
/// those of a batch line's body, and over both those of the record's headers. Values pass through as they are
/// written, members that the service will know next year included; only what changes the grouping or the cost
/// is looked at.
class request_parameters {
public:
    /// Throws std::invalid_argument where `route.parameters` is no JSON object or has a member out of range.
    explicit request_parameters(const config::route_settings& route);

    /// What a request of this route looks like by itself.
    [[nodiscard]] const shape& of_route() const { return of_route_; }

    /// The same with the members of a batch line's body. Left out are the pieces, `model` and `stream`, which
    /// the worker writes itself, and `encoding_format`: how a vector travels from the service is the worker's
    /// choice, how it is published is the route's. Of `from_headers` none is left out; no name comes twice.
    [[nodiscard]] result<shape> with(const json_value& body,
                                     std::vector<request_parameter> from_headers) const;
    /// The same without a body.
    [[nodiscard]] result<shape> with(std::vector<request_parameter> from_headers) const;

private:
    using parameters = std::vector<request_parameter>;

    [[nodiscard]] static parameters read(const json_value& body, config::operation asks,
                                         request_parameter::source set_by);
    static void add_missing(parameters& to, const parameters& further);
    [[nodiscard]] static result<shape> shape_of(parameters all, config::operation asks);

    config::operation asks_;
    parameters set_by_route_;
    shape of_route_;
};

/// The member of a request body that holds its pieces: input, prompt or messages.
[[nodiscard]] std::string_view pieces_member(config::operation asks) noexcept;

/// A request of that operation asks one question, so that every piece travels alone.
[[nodiscard]] bool has_one_piece(config::operation asks) noexcept;

}  // namespace pipeline
