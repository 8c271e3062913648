#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace tests {

/// Something that is asked and answered, as it stands on the wire, and what has to be published for it: an
/// entry of tests/pipeline/forms/OPERATION.json. Every member is JSON without white space.
struct form_exchange {
    std::string name;
    std::string line;        ///< `body` of a batch line
    std::string text;        ///< what stands in a record; an array is nothing for plain texts
    std::string parameters;  ///< of a route whose records are no batch lines
    std::string request;     ///< the body of the request, but for the encoding that vectors are asked for in
    std::string reply;       ///< the body of the answer
    std::string result;      ///< members of a result, from the answer to the usage
    std::string response;    ///< the body in a batch line's `response`
    std::string merged;      ///< what a merged record has at its pointer

    /// What is published has "VECTOR n" in the place of vectors.
    [[nodiscard]] std::size_t vectors() const;
};

[[nodiscard]] std::vector<form_exchange> exchanges_of(config::operation asks);

/// The text with the vectors in their places.
[[nodiscard]] std::string with_vectors(std::string text, config::vector_encoding encoding);
/// The bytes of the first vectors, and their scales with blanks between them.
[[nodiscard]] std::string vector_bytes(std::size_t count, config::vector_encoding encoding);
[[nodiscard]] std::string vector_scales(std::size_t count);

}  // namespace tests
