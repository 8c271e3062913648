#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base64_floats.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/reply.hpp"
#include "pipeline/shared_bytes.hpp"

namespace pipeline {

/// One element of `data` in a reply to a request for embeddings. Its vector comes in one of three ways, as
/// slices of the reply or as numbers; nothing of it has been checked.
struct embedding_item {
    std::optional<std::int64_t> index;
    std::optional<std::string_view> text;
    std::optional<base64_floats> in_text;  ///< where the text is base64 of float32
    std::optional<std::vector<float>> numbers;
    std::string_view plain;       ///< numbers that nobody had to read
    std::size_t plain_count = 0;  ///< of them
};

/// What such a reply says.
struct embedding_items {
    std::vector<embedding_item> all;
    usage used;
    std::string model;
};

/// Takes {"data":[{"index":0,"embedding":[…] or "…"},…],"model":"…","usage":{…}} apart, in one pass over the
/// body, which it changes; whatever else stands there is passed over. Room is made for `count` items and
/// `dimensions` numbers each. Fails with errc::transient where the body is no such JSON, or is an error.
[[nodiscard]] result<embedding_items> read_embedding_items(shared_bytes& body, std::size_t count,
                                                           std::size_t dimensions);

}  // namespace pipeline
