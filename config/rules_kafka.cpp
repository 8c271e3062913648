#include "config/rules.hpp"

namespace config {

void check_kafka(const inspection& rules)
{
    if (rules.what().kafka.delivery == delivery_rule::exactly_once) return;
    if (!rules.sound_or_absent({"kafka", "delivery"})) return;
    for (const std::string_view name : {"instance", "transaction_interval"})
        if (rules.find({"kafka", name}) != nullptr)
            rules.report({"kafka", name},
                         "means nothing without \"delivery\": \"exactly_once\"; add that or remove this");
}

}  // namespace config
