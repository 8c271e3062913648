#pragma once

#include <string>
#include <string_view>

namespace worker {

/// librdkafka's words with our names for those of its properties that are settings of ours.
[[nodiscard]] std::string in_words_of_settings(std::string_view text);

/// Which setting to look at where a client is kept from its brokers for that reason, in librdkafka's words;
/// empty where nothing is known. A rule about texts, because librdkafka has one error code for all that can
/// be wrong with a password or a token, and one for all that can be wrong with TLS.
[[nodiscard]] std::string_view advice_on(std::string_view reason);

}  // namespace worker
