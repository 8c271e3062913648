#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "config/document.hpp"
#include "config/settings.hpp"

namespace config {

/// What settings must agree on beyond each being right by itself. Where the reader has already found fault
/// with a value, rules about it stay silent.
void check_rules(const settings& what, const node& file, problem_list& problems);

/// The settings as read, the file that they were read from, and where to put what is wrong with them.
class inspection {
public:
    /// Names of members from the outermost in; indices of arrays as text.
    using path = std::initializer_list<std::string_view>;

    inspection(const settings& what, const node& file, problem_list& problems)
        : settings_{&what}, file_{&file}, problems_{&problems}
    {}

    [[nodiscard]] const settings& what() const { return *settings_; }
    /// The deployment of that name, or null where a route refers to none.
    [[nodiscard]] const deployment_settings* find_deployment(std::string_view name) const;

    /// What the file says there, or null where it says nothing.
    [[nodiscard]] const node* find(path at) const;
    /// The file says something there, and it could be read.
    [[nodiscard]] bool sound(path at) const;
    /// Nothing there, or something that could be read.
    [[nodiscard]] bool sound_or_absent(path at) const { return find(at) == nullptr || sound(at); }

    /// At that place, or at the innermost of its parents that the file has.
    void report(path at, std::string message) const;

private:
    [[nodiscard]] const node& innermost(path at) const;

    const settings* settings_;
    const node* file_;
    problem_list* problems_;
};

void check_kafka(const inspection& rules);
void check_deployments(const inspection& rules);
void check_routes(const inspection& rules);
void check_topics(const inspection& rules);
/// How the records of the route become requests.
void check_form(const inspection& rules, const route_settings& route);

}  // namespace config
