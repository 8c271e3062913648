#include "config/kafka_auth.hpp"

namespace config {

// https://www.iana.org/assignments/sasl-mechanisms
std::string protocol_name(sasl_mechanism mechanism)
{
    switch (mechanism) {
        case sasl_mechanism::plain: return "PLAIN";
        case sasl_mechanism::scram_sha_256: return "SCRAM-SHA-256";
        case sasl_mechanism::scram_sha_512: return "SCRAM-SHA-512";
    }
    return {};
}

}  // namespace config
