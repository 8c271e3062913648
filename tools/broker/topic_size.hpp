#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/broker/client.hpp"

namespace broker {

/// How many records some topics hold, by their watermarks: cheap enough to ask several times a second.
/// Transaction markers count as records.
class topic_sizes {
public:
    /// Throws std::runtime_error where a topic does not exist.
    topic_sizes(const std::string& brokers, const std::vector<std::string>& topics);

    /// A partition that does not answer counts as when it last did.
    [[nodiscard]] std::int64_t records();

private:
    struct partition {
        std::string topic;
        std::int32_t number = 0;
        std::int64_t records = 0;
    };

    client client_;
    std::vector<partition> partitions_;
};

}  // namespace broker
