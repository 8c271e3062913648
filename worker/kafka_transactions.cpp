#include "worker/kafka_transactions.hpp"

#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace asio = boost::asio;

namespace worker {
namespace {

using transaction_error = std::unique_ptr<rd_kafka_error_t, destroyed_by<rd_kafka_error_destroy>>;

// The library asks for it: other timeouts than what is left of the transaction's can leave its state and the
// cluster's apart (rdkafka.h, rd_kafka_commit_transaction).
constexpr int rest_of_transaction = -1;
// For the calls that may be repeated as often as one likes.
constexpr int patience_ms = 5'000;
constexpr std::chrono::milliseconds before_next_try{200};

}  // namespace

kafka_transactions::kafka_transactions(kafka_conf conf, kafka_wakeup& bell, kafka_trouble& trouble,
                                       kafka_sign_in* sign_in, std::function<bool()> is_wanted)
    : trouble_{trouble}, is_wanted_{std::move(is_wanted)}, producer_{std::move(conf), bell, trouble, sign_in}
{}

asio::awaitable<transaction_verdict> kafka_transactions::run(call what, const char* doing)
{
    for (;;) {
        const transaction_error error{co_await thread_.run(what)};
        const auto verdict = judge_transaction(error.get());
        if (verdict == transaction_verdict::done) co_return verdict;
        note(*error, verdict, doing);
        if (verdict != transaction_verdict::again) co_return verdict;
        if (!is_wanted_()) co_return transaction_verdict::unwanted;
        const auto wait = [] { std::this_thread::sleep_for(before_next_try); };
        co_await thread_.run(wait);
    }
}

void kafka_transactions::note(const rd_kafka_error_t& error, transaction_verdict verdict, const char* doing)
{
    error_ = rd_kafka_error_code(&error);
    reason_ = std::string{doing} + ": " + rd_kafka_error_string(&error);
    if (verdict == transaction_verdict::rebuild) {
        // Later calls only say that there was a fatal error; this says which.
        std::array<char, 512> words{};
        const auto fatal = rd_kafka_fatal_error(producer_.native(), words.data(), words.size());
        if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
            error_ = fatal;
            reason_ = std::string{doing} + ": " + words.data();
        }
    }
    trouble_.arose(error_, {}, reason_);
}

asio::awaitable<transaction_verdict> kafka_transactions::initialise()
{
    auto* client = producer_.native();
    const call step = [client] { return rd_kafka_init_transactions(client, patience_ms); };
    co_return co_await run(step, "taking over the transactional id");
}

asio::awaitable<transaction_verdict> kafka_transactions::begin()
{
    auto* client = producer_.native();
    const call step = [client] { return rd_kafka_begin_transaction(client); };
    co_return co_await run(step, "beginning a transaction");
}

asio::awaitable<transaction_verdict> kafka_transactions::send_offsets(
    const rd_kafka_topic_partition_list_t& offsets, const rd_kafka_consumer_group_metadata_t& group)
{
    auto* client = producer_.native();
    const call step = [client, &offsets, &group] {
        return rd_kafka_send_offsets_to_transaction(client, &offsets, &group, rest_of_transaction);
    };
    co_return co_await run(step, "adding offsets to a transaction");
}

asio::awaitable<transaction_verdict> kafka_transactions::commit()
{
    auto* client = producer_.native();
    const call step = [client] { return rd_kafka_commit_transaction(client, rest_of_transaction); };
    co_return co_await run(step, "committing a transaction");
}

asio::awaitable<transaction_verdict> kafka_transactions::abort()
{
    auto* client = producer_.native();
    const call step = [client] { return rd_kafka_abort_transaction(client, rest_of_transaction); };
    co_return co_await run(step, "aborting a transaction");
}

}  // namespace worker
