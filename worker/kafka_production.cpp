#include "worker/kafka_production.hpp"

#include <cassert>

namespace worker {
namespace {

const void* bytes_of(const std::optional<std::string>& text) { return text ? text->data() : nullptr; }
std::size_t size_of(const std::optional<std::string>& text) { return text ? text->size() : 0; }

kafka_headers copy_headers(const pipeline::header_list& headers)
{
    kafka_headers copied{rd_kafka_headers_new(headers.size())};
    for (const auto& [name, value] : headers)
        rd_kafka_header_add(copied.get(), name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr, static_cast<ssize_t>(value ? value->size() : 0));
    return copied;
}

}  // namespace

kafka_production::kafka_production(kafka_conf conf, kafka_wakeup& bell, kafka_trouble& trouble,
                                   kafka_sign_in* sign_in)
    : trouble_{trouble}, sign_in_{sign_in}, client_{std::move(conf).make(RD_KAFKA_PRODUCER)}
{
    recipient_.emplace(sign_in_, client_.get());
    inbox_.emplace(kafka_queue{rd_kafka_queue_get_main(client_.get())}, bell);
    rd_kafka_set_log_queue(client_.get(), inbox_->native());
}

rd_kafka_resp_err_t kafka_production::post(kafka_delivery& delivery)
{
    if (is_broken_) return RD_KAFKA_RESP_ERR__FATAL;
    const auto& message = *delivery.what;
    auto* topic = topic_of(message.topic);
    if (topic == nullptr) return rd_kafka_last_error();
    auto headers = copy_headers(message.headers);
    // Without RD_KAFKA_MSG_F_COPY the value stays ours; keys are always copied. The tags stand here instead
    // of the RD_KAFKA_V_ macros, whose casts are C's.
    constexpr int borrow = 0;
    const auto error = rd_kafka_producev(
        client_.get(), RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_MSGFLAGS, borrow, RD_KAFKA_VTYPE_VALUE,
        bytes_of(message.value), size_of(message.value), RD_KAFKA_VTYPE_KEY, bytes_of(message.key),
        size_of(message.key), RD_KAFKA_VTYPE_HEADERS, headers.get(), RD_KAFKA_VTYPE_OPAQUE,
        static_cast<void*>(&delivery), RD_KAFKA_VTYPE_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
    static_cast<void>(headers.release());  // they belong to the message now
    ++unreported_;
    return error;
}

rd_kafka_topic_t* kafka_production::topic_of(const std::string& name)
{
    auto& known = topics_[name];
    if (!known) known.reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
    return known.get();
}

std::size_t kafka_production::serve()
{
    const auto before = unreported_;
    while (const auto event = inbox_->take()) {
        switch (rd_kafka_event_type(event.get())) {
            case RD_KAFKA_EVENT_DR:
                while (const auto* message = rd_kafka_event_message_next(event.get())) report(*message);
                break;
            case RD_KAFKA_EVENT_ERROR: note_error(event.get()); break;
            case RD_KAFKA_EVENT_LOG: {
                const char* facility = nullptr;
                const char* line = nullptr;
                int level = 0;
                if (rd_kafka_event_log(event.get(), &facility, &line, &level) == 0)
                    trouble_.relay(level, line);
                break;
            }
            default: break;
        }
    }
    return before - unreported_;
}

void kafka_production::report(const rd_kafka_message_t& message)
{
    auto& delivery = *static_cast<kafka_delivery*>(message._private);
    delivery.error = message.err;
    --unreported_;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) ++failed_;
    if (delivery.round != nullptr) delivery.round->came();
}

void kafka_production::note_error(rd_kafka_event_t* event)
{
    const auto error = rd_kafka_event_error(event);
    trouble_.arose(error, {}, rd_kafka_event_error_string(event));
    if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION && sign_in_ != nullptr) sign_in_->refused(client_.get());
    if (rd_kafka_event_error_is_fatal(event) == 0) return;
    is_broken_ = true;
    purge();
}

void kafka_production::purge()
{
    rd_kafka_purge(client_.get(),
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

kafka_client kafka_production::retire()
{
    assert(unreported_ == 0 && "librdkafka still holds messages of ours");
    recipient_.reset();
    inbox_.reset();
    topics_.clear();
    return std::move(client_);
}

}  // namespace worker
