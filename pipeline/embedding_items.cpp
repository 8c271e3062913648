#include "pipeline/embedding_items.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "pipeline/number_scan.hpp"
#include "pipeline/reply_slots.hpp"
#include "pipeline/reply_usage.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t longest_quote = 300;

/// Room made for a vector before its first number came: what was asked for may be nonsense.
constexpr std::size_t most_reserved = 8192;

/// RapidJSON reads from a copy of its own streams, and writes the place back when a token is done. From one
/// of a type that it does not know it reads directly, so that events may move the place.
class reply_stream : public rapidjson::InsituStringStream {
public:
    using rapidjson::InsituStringStream::InsituStringStream;
};

/// Receives RapidJSON's events.
class embedding_events : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, embedding_events> {
public:
    embedding_events(reply_stream& source, const char* end, std::size_t dimensions)
        : source_{source}, end_{end}, dimensions_{std::min(dimensions, most_reserved)}
    {}

    bool Key(const char* text, rapidjson::SizeType length, bool)
    {
        name_ = {text, length};
        if (here() == place::item && name_ == "embedding") leap_over_base64();
        return true;
    }

    bool StartObject() { return enter(opened_by_object()); }
    bool StartArray() { return enter(opened_by_array()); }
    bool EndObject(rapidjson::SizeType) { return leave(); }
    bool EndArray(rapidjson::SizeType) { return leave(); }

    bool String(const char* text, rapidjson::SizeType length, bool)
    {
        const std::string_view said{text, length};
        if (leapt_.begin != nullptr) {
            items.all.back().text = leapt_.give_back();
            return true;
        }
        switch (here()) {
            case place::top:
                if (name_ == "model") items.model = said;
                if (name_ == "error") set_error(said);
                break;
            case place::error:
                if (name_ == "message") set_error(said);
                break;
            case place::item:
                if (name_ == "embedding") take_text(said);
                break;
            case place::vector: return fail("not_a_vector", "a text among the numbers of a vector");
            case place::data:
            case place::usage:
            case place::elsewhere: break;
        }
        return true;
    }

    bool Int(int number) { return whole(number); }
    bool Uint(unsigned number) { return whole(number); }
    bool Int64(std::int64_t number) { return whole(number); }
    bool Uint64(std::uint64_t number) { return Double(static_cast<double>(number)); }
    bool Double(double number)
    {
        if (here() == place::vector) return take_number(number);
        return true;
    }

    bool Null()
    {
        // What some languages write for NaN and infinity.
        if (here() == place::vector) return fail("not_finite", "null among the numbers of a vector");
        return true;
    }

    bool Bool(bool)
    {
        if (here() == place::vector) return fail("not_a_vector", "a boolean among the numbers of a vector");
        if (here() == place::top && name_ == "error") set_error({});
        return true;
    }

    embedding_items items;
    bool has_data = false;
    std::optional<std::string> error;  ///< the message of the error object, where there is one
    std::optional<failure> problem;    ///< set where an event ended the parse

private:
    enum class place { top, data, item, vector, usage, error, elsewhere };

    [[nodiscard]] place here() const { return depth_ == 0 ? place::elsewhere : places_[depth_ - 1]; }

    [[nodiscard]] place opened_by_object()
    {
        if (depth_ == 0) return place::top;
        if (here() == place::data) {
            items.all.emplace_back();
            return place::item;
        }
        if (here() == place::top && name_ == "usage") return place::usage;
        if (here() == place::top && name_ == "error") {
            set_error({});
            return place::error;
        }
        return place::elsewhere;
    }

    [[nodiscard]] place opened_by_array()
    {
        if (here() == place::top && name_ == "data") {
            has_data = true;
            return place::data;
        }
        if (here() == place::item && name_ == "embedding") {
            if (leap_over_plain_numbers()) return place::elsewhere;
            items.all.back().numbers.emplace().reserve(dimensions_);
            return place::vector;
        }
        return place::elsewhere;
    }

    /// Behind a member's name: goes on before the end of its value, where that is base64, as if it were
    /// empty. RapidJSON would look at each letter a second time.
    void leap_over_base64()
    {
        auto* at = source_.src_;
        const auto skip = [&](char wanted) {
            while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
            return *at++ == wanted;
        };
        if (!skip(':') || !skip('"')) return;
        const auto seen = look_at_base64_floats({at, end_});
        if (!seen || seen->letters < leap::borrowed || at[seen->letters] != '"') return;
        items.all.back().in_text = *seen;
        auto* end = at + seen->letters;
        leapt_ = {at, end, {end[-2], end[-1]}};
        end[-2] = ':';
        end[-1] = '"';
        source_.src_ = end - leap::borrowed;
    }

    /// A text that has been read: too short to leap over, escaped, or not base64 at all.
    void take_text(std::string_view said)
    {
        auto& item = items.all.back();
        item.text = said;
        item.in_text = look_at_base64_floats(said);
        if (item.in_text && item.in_text->letters != said.size()) item.in_text.reset();
    }

    /// Behind an array's opening bracket: goes on before the closing one, as if the array were empty.
    bool leap_over_plain_numbers()
    {
        auto* end = std::strchr(source_.src_, ']');
        if (end == nullptr) return false;
        std::string_view inside{source_.src_, static_cast<std::size_t>(end - source_.src_)};
        // Some services write a number a line.
        if (is_blank(inside.substr(0, 1))) inside = squeeze({source_.src_, end}).value_or(inside);
        const auto count = count_plain_numbers(inside);
        if (!count) return false;
        items.all.back().plain = inside;
        items.all.back().plain_count = *count;
        source_.src_ = end;
        return true;
    }

    bool enter(place inside)
    {
        if (depth_ == max_depth) return fail("not_json", "the reply is nested too deep");
        if (here() == place::vector) return fail("not_a_vector", "an array or object inside of a vector");
        places_[depth_++] = inside;
        return true;
    }

    bool leave()
    {
        if (here() == place::vector) dimensions_ = items.all.back().numbers->size();
        --depth_;
        return true;
    }

    bool whole(std::int64_t number)
    {
        switch (here()) {
            case place::vector: return take_number(static_cast<double>(number));
            case place::item:
                if (name_ == "index") items.all.back().index = number;
                break;
            case place::usage:
                if (name_ == "prompt_tokens") items.used.prompt_tokens = billed_tokens(number);
                if (name_ == "total_tokens") items.used.total_tokens = billed_tokens(number);
                break;
            case place::top:
            case place::data:
            case place::error:
            case place::elsewhere: break;
        }
        return true;
    }

    bool take_number(double number)
    {
        if (std::abs(number) > std::numeric_limits<float>::max())
            return fail("not_finite", "a number of a vector is too large for a float");
        items.all.back().numbers->push_back(static_cast<float>(number));
        return true;
    }

    void set_error(std::string_view message)
    {
        error = first_invalid_utf8(message) ? std::string_view{} : utf8_prefix(message, longest_quote);
    }

    bool fail(std::string code, std::string detail)
    {
        problem = unusable(std::move(code), std::move(detail));
        return false;
    }

    /// A text that is not read, and its last two letters, whose places the reader sees a colon and a quote
    /// in.
    struct leap {
        static constexpr std::size_t borrowed = 2;

        char* begin = nullptr;
        char* end = nullptr;
        std::array<char, borrowed> last{};

        std::string_view give_back()
        {
            std::copy(last.begin(), last.end(), end - borrowed);
            return {std::exchange(begin, nullptr), end};
        }
    };

    reply_stream& source_;
    const char* end_;  ///< of the source
    leap leapt_;
    std::array<place, max_depth> places_{};
    std::size_t depth_ = 0;
    std::string_view name_;   ///< of the member whose value comes next
    std::size_t dimensions_;  ///< expected, for allocating once
};

}  // namespace

result<embedding_items> read_embedding_items(shared_bytes& body, std::size_t count, std::size_t dimensions)
{
    if (body.size() == 0) return unusable("not_json", "the reply is empty");
    // The reader looks for the NUL behind the text, and its scanner at whole blocks of 16 bytes.
    body.data()[body.size()] = '\0';
    reply_stream stream{body.data()};
    embedding_events events{stream, body.data() + body.size(), dimensions};
    events.items.all.reserve(count);
    rapidjson::Reader reader;
    const auto parsed = reader.Parse<rapidjson::kParseInsituFlag>(stream, events);
    if (events.problem) return *std::move(events.problem);
    if (parsed.Code() == rapidjson::kParseErrorNumberTooBig)
        return unusable("not_finite", "a number of the reply is too large");
    if (parsed.IsError())
        return unusable("not_json", "the reply is not JSON at byte " + std::to_string(parsed.Offset()) +
                                        ": " + rapidjson::GetParseError_En(parsed.Code()));
    if (stream.Tell() != body.size() || first_invalid_utf8(events.items.model))
        return unusable("not_json", "the reply holds bytes that do not belong into JSON");
    if (events.error) return unusable("error_in_200", "status 200 with an error: " + *events.error);
    if (!events.has_data) return unusable("missing_data", "the reply has no array `data`");
    return std::move(events.items);
}

}  // namespace pipeline
