#include "pipeline/json_document.hpp"

#include <rapidjson/allocators.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "pipeline/malformed.hpp"
#include "pipeline/utf8.hpp"

namespace pipeline {
namespace {

/// Of a member name within a pointer that we print.
constexpr std::size_t longest_name = 64;

/// RapidJSON's scanner of strings looks at whole blocks of 16 bytes, the last of which reaches behind the
/// text.
constexpr std::size_t scanner_overrun = 16;

/// What the reader keeps of the containers that are open; more of them take memory from the heap.
constexpr std::size_t reader_memory = 1024;

std::string code_of(rapidjson::ParseErrorCode error, char found)
{
    if (error == rapidjson::kParseErrorDocumentRootNotSingular) return "trailing_bytes";
    if (error == rapidjson::kParseErrorStringUnicodeSurrogateInvalid) return "lone_surrogate";
    return found == '\0' ? "truncated_json" : "not_json";
}

void append_token(std::string& out, std::string_view name)
{
    out += '/';
    const auto shown = utf8_prefix(name, longest_name);
    for (const char each : shown) {
        if (each == '~') {
            out += "~0";
        } else if (each == '/') {
            out += "~1";
        } else {
            out += each;
        }
    }
    if (shown.size() < name.size()) out += "...";
}

}  // namespace

/// Receives RapidJSON's events and appends the nodes.
class json_document::builder
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, json_document::builder> {
public:
    builder(json_document& document, std::size_t max_values, bool has_controls)
        : document_{document}, max_values_{max_values}, has_controls_{has_controls}
    {}

    bool Null() { return append_word(json_kind::null, 4); }
    bool Bool(bool value) { return append_word(json_kind::boolean, value ? 4 : 5); }
    bool RawNumber(const char*, rapidjson::SizeType length, bool)
    {
        return append_word(json_kind::number, length);
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) { return append_string({text, length}); }
    bool String(const char* text, rapidjson::SizeType length, bool) { return append_string({text, length}); }
    bool StartObject() { return open(json_kind::object); }
    bool StartArray() { return open(json_kind::array); }
    bool EndArray(rapidjson::SizeType)
    {
        close();
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        close();
        return names_differ(last_closed_);
    }

    /// Set where an event ended the parse.
    std::optional<failure> problem;

private:
    /// Between two values stands nothing but white space and punctuation.
    std::uint32_t begin_of_value()
    {
        end_ = static_cast<std::uint32_t>(document_.source_.find_first_not_of(" \t\r\n,:", end_));
        return end_;
    }

    std::uint32_t last() const { return static_cast<std::uint32_t>(document_.nodes_.size() - 1); }

    bool append(json_kind kind)
    {
        if (document_.nodes_.size() >= max_values_) {
            problem = malformed("too_many_values", "has more than " + std::to_string(max_values_) +
                                                       " JSON values, up to " + byte_at(begin_of_value()));
            return false;
        }
        auto& added = document_.nodes_.emplace_back();
        added.kind = kind;
        added.begin = begin_of_value();
        added.next = last() + 1;
        return true;
    }

    bool append_word(json_kind kind, std::size_t length)
    {
        if (!append(kind)) return false;
        auto& added = document_.nodes_.back();
        added.end = end_ = added.begin + static_cast<std::uint32_t>(length);
        return true;
    }

    /// Behind the closing quote: the first one with an even number of backslashes before it. The reader has
    /// found the string well-formed, so that there is one.
    std::uint32_t end_of_string(std::uint32_t begin) const
    {
        const auto source = document_.source_;
        for (auto quote = source.find('"', begin + 1);; quote = source.find('"', quote + 1)) {
            auto before = quote;
            while (source[before - 1] == '\\') --before;
            if ((quote - before) % 2 == 0) return static_cast<std::uint32_t>(quote + 1);
        }
    }

    bool append_string(std::string_view text)
    {
        if (!append(json_kind::string)) return false;
        auto& added = document_.nodes_.back();
        added.length = static_cast<std::uint32_t>(text.size());
        const auto as_written = document_.source_.substr(added.begin + 1, text.size());
        const bool escaped = as_written.find('\\') != as_written.npos;
        added.end = end_ = escaped ? end_of_string(added.begin) : added.begin + added.length + 2;
        const auto written = document_.source_.substr(added.begin, added.end - added.begin);
        return !(has_controls_ && has_control(written)) && !(escaped && has_half_pair(text));
    }

    /// RapidJSON's scanner lets some of them through where it sees sixteen bytes at a time.
    bool has_control(std::string_view written)
    {
        const auto control = first_control(written);
        if (!control) return false;
        problem = malformed("not_json", "has a control character in a string, at " +
                                            byte_at(document_.nodes_.back().begin + *control));
        return true;
    }

    /// RapidJSON lets a low surrogate through that has no high one before it.
    bool has_half_pair(std::string_view text)
    {
        constexpr char lead_byte_of_surrogates = '\xED';
        if (text.find(lead_byte_of_surrogates) != text.npos && first_invalid_utf8(text)) {
            problem =
                malformed("lone_surrogate", "has half of a surrogate pair in the string that begins at " +
                                                byte_at(document_.nodes_.back().begin));
            return true;
        }
        return false;
    }

    bool open(json_kind kind)
    {
        if (depth_ == max_depth) {
            problem = malformed("too_deep", "is nested deeper than " + std::to_string(max_depth) +
                                                " levels at " + byte_at(begin_of_value()));
            return false;
        }
        if (!append(kind)) return false;
        auto& added = document_.nodes_.back();
        end_ = added.begin + 1;
        // Until it is closed everything that follows is inside.
        added.next = std::numeric_limits<std::uint32_t>::max();
        open_[depth_++] = last();
        return true;
    }

    void close()
    {
        last_closed_ = open_[--depth_];
        auto& closed = document_.nodes_[last_closed_];
        closed.end = end_ = begin_of_value() + 1;
        closed.next = last() + 1;
    }

    bool names_differ(std::uint32_t object)
    {
        names_.clear();
        const auto end = document_.nodes_[object].next;
        for (auto name = object + 1; name < end; name = document_.nodes_[name + 1].next)
            names_.push_back(name);
        const auto text = [&](std::uint32_t name) { return document_.text_of(document_.nodes_[name]); };
        std::sort(names_.begin(), names_.end(), [&](auto a, auto b) {
            const auto order = text(a) <=> text(b);
            return order != 0 ? order < 0 : a < b;
        });
        const auto doubled = std::adjacent_find(names_.begin(), names_.end(),
                                                [&](auto a, auto b) { return text(a) == text(b); });
        if (doubled == names_.end()) return true;
        problem = malformed("duplicate_member", "has the member " + document_.pointer_to(*doubled) +
                                                    " a second time at " +
                                                    byte_at(document_.nodes_[*std::next(doubled)].begin));
        return false;
    }

    json_document& document_;
    std::size_t max_values_;
    std::array<std::uint32_t, max_depth> open_{};
    std::size_t depth_ = 0;
    std::uint32_t last_closed_ = 0;
    std::uint32_t end_ = 0;    ///< of the last token
    const bool has_controls_;  ///< as white space, if the document is well-formed
    boost::container::small_vector<std::uint32_t, 32> names_;
};

result<json_document> json_document::parse(const std::string& source, std::size_t max_values)
{
    if (source.empty()) return malformed("empty_value", "is empty where a JSON document should be");
    if (source.size() > std::numeric_limits<std::uint32_t>::max())
        return malformed("too_large", "has more than 4 GiB");
    if (source.starts_with(byte_order_mark))
        return malformed("byte_order_mark", "begins with a byte order mark at byte 0");
    const auto plain = printable_prefix(source);
    const auto rest = std::string_view{source}.substr(plain);
    if (const auto wrong = first_invalid_utf8(rest))
        return malformed("invalid_utf8", "is not UTF-8 at " + byte_at(plain + *wrong));

    result<json_document> made{json_document{source}};
    auto& document = *made;
    document.unescaped_.reserve(source.size() + scanner_overrun);
    document.unescaped_ = source;
    builder events{document, max_values, first_control(rest).has_value()};
    alignas(std::max_align_t) std::array<char, reader_memory> memory;  // not cleared
    rapidjson::MemoryPoolAllocator<> pool{memory.data(), memory.size()};
    rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>> reader{
        &pool, reader_memory / 2};
    rapidjson::InsituStringStream stream{document.unescaped_.data()};
    const auto parsed =
        reader.Parse < rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag > (stream, events);

    if (events.problem) return *std::move(events.problem);
    if (parsed.IsError()) {
        const auto offset = std::min(parsed.Offset(), source.size());
        return malformed(
            code_of(parsed.Code(), source.c_str()[offset]),
            "is not JSON at " + byte_at(offset) + ": " + rapidjson::GetParseError_En(parsed.Code()));
    }
    // A NUL byte ends the document for RapidJSON.
    if (stream.Tell() != source.size())
        return malformed("trailing_bytes", "goes on behind the JSON document at " + byte_at(stream.Tell()));
    return made;
}

std::string_view json_document::text_of(const node& each) const
{
    if (each.kind != json_kind::string) return {};
    return std::string_view{unescaped_}.substr(each.begin + 1, each.length);
}

std::string json_document::pointer_to(std::uint32_t target) const
{
    std::string pointer;
    std::uint32_t container = 0;
    while (container != target) {
        const bool has_names = nodes_[container].kind == json_kind::object;
        auto child = container + 1;
        for (std::size_t index = 0;; ++index) {
            const auto value = has_names ? child + 1 : child;
            // A name may be the last node so far, while its object is still being read.
            if (target == child || target < nodes_[value].next) {
                append_token(pointer, has_names ? text_of(nodes_[child]) : std::to_string(index));
                container = target == child ? target : value;
                break;
            }
            child = nodes_[value].next;
        }
    }
    return pointer;
}

}  // namespace pipeline
