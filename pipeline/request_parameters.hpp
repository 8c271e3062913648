#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/job.hpp"
#include "pipeline/json_document.hpp"

namespace pipeline {

/// The members of a request body beside its pieces and its model: those that the route sets, and over them
/// those of a batch line's body. Values pass through as they are written, members that the service will know
/// next year included; only what changes the grouping or the cost is looked at.
class request_parameters {
public:
    /// Throws std::invalid_argument where `route.parameters` is no JSON object or has a member out of range.
    explicit request_parameters(const config::route_settings& route);

    /// What a request of this route looks like by itself.
    [[nodiscard]] const shape& of_route() const { return of_route_; }

    /// The same with the members of a batch line's body. Left out are the pieces, `model` and `stream`, which
    /// the worker writes itself, and `encoding_format`: how a vector travels from the service is the worker's
    /// choice, how it is published is the route's.
    [[nodiscard]] result<shape> with(const json_value& body) const;

private:
    struct parameter {
        std::string name;
        std::string json;
    };
    using parameters = std::vector<parameter>;

    [[nodiscard]] static parameters read(const json_value& body, config::operation asks);
    [[nodiscard]] static result<shape> shape_of(const parameters& sorted, config::operation asks);

    config::operation asks_;
    parameters set_by_route_;
    shape of_route_;
};

/// The member of a request body that holds its pieces: input, prompt or messages.
[[nodiscard]] std::string_view pieces_member(config::operation asks) noexcept;

}  // namespace pipeline
