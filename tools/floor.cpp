// floor: the work of a worker without the worker, in one straight line, as cheap as it can be done. It is
// what the product's cost is compared with (tools/bench floor). No groups, commits, retries, limits,
// configuration or checks: whatever goes wrong ends it. See --help.

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cstring>
#include <deque>
#include <iostream>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>

#include "pipeline/base64.hpp"
#include "tools/broker/client.hpp"
#include "tools/floor/plain_http.hpp"

namespace {

constexpr auto help =
    "Reads {\"id\":…,\"body\":…} records, asks for vectors in batches, and writes one result a record:\n"
    "what a worker must do, in a straight line. Ends after --count records.\n\n"
    "  --form passed   base64 from the service, copied into the result as it is\n"
    "  --form raw      base64 from the service, decoded in place; the result is the bytes alone\n"
    "  --form numbers  numbers from the service, copied into the result without being read";

enum class vector_form { passed, raw, numbers };

struct order {
    std::string brokers;
    std::string from;
    std::string to;
    int port = 0;
    std::int64_t count = 0;
    std::size_t batch = 64;
    vector_form form = vector_form::passed;
};

/// The results of one batch, lent to librdkafka until the last of them is delivered. Reused, so that its
/// memory stays warm.
struct arena {
    std::string text;
    std::vector<std::size_t> ends;
    std::size_t lent = 0;
};

void give_back(rd_kafka_t*, const rd_kafka_message_t* report, void* failures)
{
    --static_cast<arena*>(report->_private)->lent;
    if (report->err) ++*static_cast<std::int64_t*>(failures);
}

struct record_fields : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, record_fields> {
    bool Key(const char* text, rapidjson::SizeType length, bool)
    {
        name = {text, length};
        return true;
    }
    bool String(const char* text, rapidjson::SizeType length, bool)
    {
        if (name == "id") id = {text, length};
        if (name == "body") body = {text, length};
        return true;
    }
    std::string_view name;
    std::string_view id;
    std::string_view body;
};

/// Where the vectors stand in a reply. Arrays of numbers are leapt over: RapidJSON finds itself before the
/// closing bracket.
struct reply_fields : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, reply_fields> {
    reply_fields(rapidjson::InsituStringStream& source, std::vector<std::string_view>& found)
        : text{source}, vectors{found}
    {}

    bool Key(const char* read, rapidjson::SizeType length, bool)
    {
        name = {read, length};
        return true;
    }
    bool String(const char* read, rapidjson::SizeType length, bool)
    {
        if (name == "embedding") vector = {read, length};
        return true;
    }
    bool Uint(unsigned number)
    {
        if (name == "index") index = number;
        return true;
    }
    bool StartArray()
    {
        if (name != "embedding") return true;
        const auto* begin = text.src_ - 1;
        text.src_ = std::strchr(text.src_, ']');
        vector = {begin, static_cast<std::size_t>(text.src_ + 1 - begin)};
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        if (!vector.empty()) vectors.at(index) = std::exchange(vector, {});
        return true;
    }

    rapidjson::InsituStringStream& text;
    std::vector<std::string_view>& vectors;
    std::string_view name;
    std::string_view vector;
    std::size_t index = 0;
};

void require(bool holds, const char* what)
{
    if (!holds) throw std::runtime_error{what};
}

class floor_program {
public:
    explicit floor_program(const order& asked)
        : asked_{asked},
          consumer_{broker::open(broker::role::consumer, consumer_properties(asked))},
          producer_{broker::open(broker::role::producer, producer_properties(asked), give_back, &failures_)},
          target_{rd_kafka_topic_new(producer_.get(), asked.to.c_str(), nullptr)},
          inbox_{rd_kafka_queue_get_consumer(consumer_.get())},
          service_{asked.port}
    {
        assign_everything();
    }

    void run()
    {
        for (std::int64_t done = 0; done < asked_.count;) {
            consume(std::min<std::size_t>(asked_.batch, static_cast<std::size_t>(asked_.count - done)));
            ask();
            produce(free_arena());
            done += static_cast<std::int64_t>(records_.size());
            records_.clear();
            rd_kafka_poll(producer_.get(), 0);
        }
        require(rd_kafka_flush(producer_.get(), 30'000) == RD_KAFKA_RESP_ERR_NO_ERROR && failures_ == 0,
                "not everything was delivered");
    }

private:
    struct read_record {
        broker::message source;
        std::string text;  ///< parsed in place
        record_fields fields;
    };
    using topic = std::unique_ptr<rd_kafka_topic_t, broker::destroyer<rd_kafka_topic_destroy>>;

    static std::vector<broker::property> consumer_properties(const order& asked)
    {
        return {{"bootstrap.servers", asked.brokers}, {"group.id", "floor"},
                {"enable.auto.commit", "false"},      {"queued.max.messages.kbytes", "4096"},
                {"fetch.wait.max.ms", "20"},          {"auto.offset.reset", "earliest"}};
    }
    static std::vector<broker::property> producer_properties(const order& asked)
    {
        return {{"bootstrap.servers", asked.brokers},
                {"acks", "all"},
                {"linger.ms", "5"},
                {"queue.buffering.max.messages", "10000"},
                {"compression.type", "none"}};
    }

    void assign_everything()
    {
        const rd_kafka_metadata_t* found = nullptr;
        const topic source{rd_kafka_topic_new(consumer_.get(), asked_.from.c_str(), nullptr)};
        require(
            rd_kafka_metadata(consumer_.get(), 0, source.get(), &found, 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR,
            "no metadata");
        const auto count = found->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(found);
        const broker::partition_list all{rd_kafka_topic_partition_list_new(count)};
        for (std::int32_t number = 0; number < count; ++number)
            rd_kafka_topic_partition_list_add(all.get(), asked_.from.c_str(), number)->offset = 0;
        require(rd_kafka_assign(consumer_.get(), all.get()) == RD_KAFKA_RESP_ERR_NO_ERROR, "no assignment");
    }

    void consume(std::size_t wanted)
    {
        std::array<rd_kafka_message_t*, 1024> taken{};
        while (records_.size() < wanted) {
            const auto room = std::min(wanted - records_.size(), taken.size());
            const auto got = rd_kafka_consume_batch_queue(inbox_.get(), 1000, taken.data(), room);
            for (std::ptrdiff_t i = 0; i < got; ++i) {
                broker::message each{taken[static_cast<std::size_t>(i)]};
                if (each->err) continue;
                auto& record = records_.emplace_back();
                record.text.assign(static_cast<const char*>(each->payload), each->len);
                record.source = std::move(each);
                rapidjson::InsituStringStream text{record.text.data()};
                require(!reader_.Parse<rapidjson::kParseInsituFlag>(text, record.fields).IsError(),
                        "no JSON");
            }
        }
    }

    void ask()
    {
        request_.Clear();
        rapidjson::Writer<rapidjson::StringBuffer> body{request_};
        body.StartObject();
        body.Key("input");
        body.StartArray();
        for (const auto& each : records_)
            body.String(each.fields.body.data(), static_cast<rapidjson::SizeType>(each.fields.body.size()));
        body.EndArray();
        body.Key("encoding_format");
        body.String(asked_.form == vector_form::numbers ? "float" : "base64");
        body.EndObject();

        auto* reply = service_.post("/v1/embeddings", {request_.GetString(), request_.GetSize()});
        vectors_.assign(records_.size(), {});
        rapidjson::InsituStringStream text{reply};
        reply_fields found{text, vectors_};
        require(!reader_.Parse<rapidjson::kParseInsituFlag>(text, found).IsError(), "no reply");
    }

    arena& free_arena()
    {
        for (;;) {
            for (auto& each : arenas_)
                if (each.lent == 0) return each;
            constexpr std::size_t most = 16;  // a thousand results: a deeper queue only costs cold memory
            if (arenas_.size() < most) return arenas_.emplace_back();
            rd_kafka_poll(producer_.get(), 100);
        }
    }

    void produce(arena& shelf)
    {
        shelf.text.clear();
        shelf.ends.clear();
        for (std::size_t i = 0; i < records_.size(); ++i) {
            append_value(shelf.text, records_[i].fields.id, vectors_[i]);
            shelf.ends.push_back(shelf.text.size());
        }
        std::size_t begin = 0;
        for (std::size_t i = 0; i < records_.size(); ++i) {
            const auto& key = *records_[i].source;
            const auto end = shelf.ends[i];
            while (rd_kafka_produce(target_.get(), RD_KAFKA_PARTITION_UA, /*msgflags=*/0,
                                    shelf.text.data() + begin, end - begin, key.key, key.key_len,
                                    &shelf) != 0) {
                require(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL, "a result is refused");
                rd_kafka_poll(producer_.get(), 10);
            }
            ++shelf.lent;
            begin = end;
        }
    }

    void append_value(std::string& out, std::string_view id, std::string_view vector) const
    {
        if (asked_.form == vector_form::raw) return append_raw(out, vector);
        const auto quote = asked_.form == vector_form::passed ? R"(")" : "";
        out.append(R"({"id":")").append(id).append(R"(","vector":)");
        out.append(quote).append(vector).append(quote).append("}");
    }

    /// With the worker's decoder, which is not what the two are compared in.
    static void append_raw(std::string& out, std::string_view text)
    {
        const auto begin = out.size();
        out.resize(begin + pipeline::base64_decoded_size(text).value_or(0));
        require(pipeline::decode_base64(text, std::as_writable_bytes(std::span{out}.subspan(begin))),
                "no base64");
    }

    const order& asked_;
    std::int64_t failures_ = 0;
    std::deque<arena> arenas_;
    broker::client consumer_;
    broker::client producer_;
    topic target_;
    broker::queue inbox_;
    straight::plain_http service_;
    rapidjson::Reader reader_;
    std::deque<read_record> records_;
    rapidjson::StringBuffer request_;
    std::vector<std::string_view> vectors_;
};

}  // namespace

int main(int argc, char** argv)
{
    const std::map<std::string, vector_form> forms{
        {"passed", vector_form::passed}, {"raw", vector_form::raw}, {"numbers", vector_form::numbers}};
    order asked;
    CLI::App program{help};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--from", asked.from, "Topic to read")->required();
    program.add_option("--to", asked.to, "Topic of the results")->required();
    program.add_option("--port", asked.port, "Where the service listens on 127.0.0.1")->required();
    program.add_option("--count", asked.count, "So many records")->required();
    program.add_option("--batch", asked.batch, "Texts in a request")->capture_default_str();
    program.add_option("--form", asked.form, "passed, raw or numbers")
        ->transform(CLI::CheckedTransformer(forms));
    CLI11_PARSE(program, argc, argv);
    try {
        floor_program straight_on{asked};
        straight_on.run();
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "floor: " << problem.what() << '\n';
        return 1;
    }
}
