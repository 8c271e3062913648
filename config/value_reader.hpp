#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "config/environment.hpp"
#include "config/names.hpp"

namespace config {

/// What a value may be, both ends included.
template <class T>
struct range {
    T least;
    T most;
};

/// Turns nodes into values. Each read() gives true and a value, or false and a problem at the node, in
/// which case `into` keeps what it had.
class value_reader {
public:
    /// Both must outlive the reader.
    value_reader(problem_list& problems, const variable_lookup& variables)
        : problems_{&problems}, variables_{&variables}
    {}

    /// A string that is not empty, with ${NAME} replaced.
    bool read(const node& from, std::string& into) const;
    /// One string, or an array of strings of which there is at least one and none twice.
    bool read(const node& from, std::vector<std::string>& into) const;
    bool read(const node& from, bool& into) const;
    /// "25s": a whole number and one of ms, s, m, h.
    bool read(const node& from, duration& into, range<duration> allowed) const;
    /// 1048576 or "1MiB": a whole number, and in a string one of B, KiB, MiB, GiB.
    bool read(const node& from, bytes& into, range<bytes> allowed) const;
    bool read(const node& from, double& into, range<double> allowed) const;
    bool read(const node& from, std::int64_t& into, range<std::int64_t> allowed) const;
    bool read(const node& from, std::size_t& into, range<std::int64_t> allowed) const;
    bool read(const node& from, tokens& into, range<std::int64_t> allowed) const;
    bool read(const node& from, requests& into, range<std::int64_t> allowed) const;
    /// {"env": "NAME"} or {"file": "path"}; nothing in it is replaced, and a value is refused unseen.
    bool read(const node& from, secret_reference& into) const;

    template <has_names E>
    bool read(const node& from, E& into) const
    {
        std::array<std::string_view, names_of<E>.size()> names;
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = names_of<E>[i].name;
        const auto chosen = choose(from, names);
        if (chosen) into = names_of<E>[*chosen].value;
        return chosen.has_value();
    }

    template <class T, class... Allowed>
    bool read(const node& from, std::optional<T>& into, Allowed... allowed) const
    {
        T value{};
        if (!read(from, value, allowed...)) return false;
        into = std::move(value);
        return true;
    }

    /// The environment, where settings of others than ours stand in it. What a file does not ask for with
    /// ${NAME} is read for sign-ins only.
    [[nodiscard]] const variable_lookup& variables() const { return *variables_; }

    /// The string with ${NAME} replaced, empty ones too.
    [[nodiscard]] std::optional<std::string> expanded(const node& from) const;

    /// Which of `names` the string is.
    [[nodiscard]] std::optional<std::size_t> choose(const node& from,
                                                    std::span<const std::string_view> names) const;

    bool expect(node::kind kind, const node& from) const;
    void report(const node& at, std::string message) const;
    [[nodiscard]] problem_list& problems() const { return *problems_; }

private:
    problem_list* problems_;
    const variable_lookup* variables_;
};

}  // namespace config
