#include "worker/kafka_trouble.hpp"

#include <algorithm>

#include "worker/kafka_advice.hpp"

namespace worker {
namespace {

config::log_level level_for(rd_kafka_resp_err_t error, std::string_view reason)
{
    // A single connection comes and goes, an idle one too; that no broker is left has a code of its own.
    if (error == RD_KAFKA_RESP_ERR__TRANSPORT)
        return advice_on(reason).empty() ? config::log_level::info : config::log_level::warning;
    switch (severity_of(error)) {
        case kafka_severity::passing: return config::log_level::warning;
        case kafka_severity::needs_operator:
        case kafka_severity::fatal: return config::log_level::error;
    }
    return config::log_level::error;
}

std::string with_advice(std::string_view reason)
{
    auto text = in_words_of_settings(reason);
    const auto advice = advice_on(reason);
    if (!advice.empty()) text.append("; look at ").append(advice);
    return text;
}

}  // namespace

void kafka_trouble::arose(rd_kafka_resp_err_t error, std::string_view subject, std::string_view reason)
{
    const auto is_known = [&](const entry& each) { return each.error == error && each.subject == subject; };
    if (std::any_of(standing_.begin(), standing_.end(), is_known)) return;
    standing_.push_back({error, std::string{subject}});
    log_.write(level_for(error, reason), "kafka trouble",
               {{"client", client_},
                {"error", std::string{rd_kafka_err2name(error)}},
                {"topic", std::string{subject}},
                {"reason", with_advice(reason)}});
}

void kafka_trouble::clear(std::string_view subject)
{
    const auto is_over = [&](const entry& each) {
        return each.subject == subject ||
               (each.subject.empty() && severity_of(each.error) == kafka_severity::passing);
    };
    const auto over = std::erase_if(standing_, is_over);
    if (over == 0) return;
    log_.write(config::log_level::info, "kafka trouble over",
               {{"client", client_}, {"topic", std::string{subject}}});
}

void kafka_trouble::relay(int syslog_level, std::string_view line)
{
    // What matters of it also comes as an error event; its own levels would repeat every attempt to connect.
    constexpr int critical = 2;  // syslog(3)
    log_.write(syslog_level <= critical ? config::log_level::error : config::log_level::debug, "librdkafka",
               {{"client", client_}, {"line", std::string{line}}});
}

}  // namespace worker
