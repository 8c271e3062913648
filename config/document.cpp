#include "config/document.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace config {
namespace {

/// More than any sensible `parameters` needs; the parser recurses once a level.
constexpr std::size_t deepest = 32;

constexpr unsigned dialect = rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag |
                             rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

/// Where the token after `from` begins: the parser only tells where a token has ended.
std::size_t next_token(std::string_view text, std::size_t from)
{
    constexpr std::string_view between = " \t\r\n,:";
    for (;;) {
        from = std::min(text.find_first_not_of(between, from), text.size());
        const auto rest = text.substr(from);
        if (rest.starts_with("//")) {
            from = std::min(text.find('\n', from), text.size());
        } else if (rest.starts_with("/*")) {
            from = std::min(text.find("*/", from + 2), text.size() - 2) + 2;
        } else {
            return from;
        }
    }
}

/// Builds the tree from the parser's events.
class tree_builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, tree_builder> {
public:
    tree_builder(std::string_view text, const rapidjson::MemoryStream& stream, problem_list& problems)
        : text_{text}, stream_{&stream}, problems_{&problems}
    {}

    // The names of these functions are RapidJSON's.
    bool Null()
    {
        add(node::kind::null);
        return true;
    }
    bool Bool(bool value)
    {
        add(node::kind::boolean).truth = value;
        return true;
    }
    bool RawNumber(const char* digits, rapidjson::SizeType length, bool)
    {
        add(node::kind::number).text.assign(digits, length);
        return true;
    }
    bool String(const char* text, rapidjson::SizeType length, bool)
    {
        auto& made = add(node::kind::string);
        made.text.assign(text, length);
        if (made.text.find('\0') != made.text.npos)
            problems_->report(made.offset, made.path, "holds a NUL character, which no setting may contain");
        return true;
    }
    bool Key(const char* name, rapidjson::SizeType length, bool)
    {
        const auto offset = take_token();
        open_.back()->members.push_back({std::string{name, length}, offset, {}});
        return true;
    }
    bool StartObject() { return branch(node::kind::object); }
    bool StartArray() { return branch(node::kind::array); }
    bool EndObject(rapidjson::SizeType)
    {
        report_doubled(*open_.back());
        return close();
    }
    bool EndArray(rapidjson::SizeType) { return close(); }

    [[nodiscard]] bool too_deep() const { return too_deep_; }
    [[nodiscard]] node take() { return std::move(root_); }

private:
    /// The offset of the token that has just been read.
    std::size_t take_token()
    {
        const auto begin = next_token(text_, done_);
        done_ = stream_->Tell();
        return begin;
    }

    /// The place in the tree where the next value belongs, with its path set.
    node& place()
    {
        if (open_.empty()) return root_;
        auto& parent = *open_.back();
        if (parent.is == node::kind::array) {
            auto path = element_path(parent.path, parent.elements.size());
            auto& made = parent.elements.emplace_back();
            made.path = std::move(path);
            return made;
        }
        auto& member = parent.members.back();
        member.value.path = member_path(parent.path, member.name);
        return member.value;
    }

    node& add(node::kind kind)
    {
        auto& made = place();
        made.is = kind;
        made.offset = take_token();
        return made;
    }

    bool branch(node::kind kind)
    {
        open_.push_back(&add(kind));
        too_deep_ = open_.size() > deepest;
        return !too_deep_;
    }

    bool close()
    {
        take_token();
        open_.pop_back();
        return true;
    }

    void report_doubled(const node& object)
    {
        std::vector<const node_member*> sorted;
        for (const auto& each : object.members) sorted.push_back(&each);
        std::sort(sorted.begin(), sorted.end(), [](const node_member* a, const node_member* b) {
            return std::tie(a->name, a->offset) < std::tie(b->name, b->offset);
        });
        for (std::size_t i = 1; i < sorted.size(); ++i)
            if (sorted[i]->name == sorted[i - 1]->name)
                problems_->report(sorted[i]->offset, sorted[i]->value.path,
                                  "is set a second time; keep one of the two");
    }

    std::string_view text_;
    const rapidjson::MemoryStream* stream_;
    problem_list* problems_;
    node root_;
    std::vector<node*> open_;  ///< only the innermost grows, so the addresses of the others hold
    std::size_t done_ = 0;     ///< the end of the token before
    bool too_deep_ = false;
};

/// RapidJSON calls a bare control character in a string a wrong escape or a wrong encoding, by version.
std::optional<std::string_view> control_character(std::string_view text, std::size_t at)
{
    if (at >= text.size() || static_cast<unsigned char>(text[at]) >= 0x20) return std::nullopt;
    if (text[at] == '\n' || text[at] == '\r') return "the closing quote of this string is missing";
    return "a control character in a string must be escaped, such as \\t for a tab";
}

std::string_view explain(rapidjson::ParseErrorCode code, std::string_view text, std::size_t at)
{
    using namespace rapidjson;
    if (code == kParseErrorStringEscapeInvalid || code == kParseErrorStringInvalidEncoding)
        if (const auto reason = control_character(text, at)) return *reason;
    switch (code) {
        case kParseErrorDocumentEmpty: return "the file is empty";
        case kParseErrorDocumentRootNotSingular: return "something follows the closing brace of the document";
        case kParseErrorObjectMissName: return "expected the name of a setting in double quotes";
        case kParseErrorObjectMissColon: return "expected a colon after the name of the setting";
        case kParseErrorObjectMissCommaOrCurlyBracket: return "expected a comma or }";
        case kParseErrorArrayMissCommaOrSquareBracket: return "expected a comma or ]";
        case kParseErrorValueInvalid:
            return "expected a value: a string in double quotes, a number, true, false, { or [";
        case kParseErrorStringUnicodeEscapeInvalidHex: return "expected four hexadecimal digits after \\u";
        case kParseErrorStringUnicodeSurrogateInvalid: return "half of a surrogate pair stands alone";
        case kParseErrorStringEscapeInvalid: return "there is no such escape; write \\\\ for a backslash";
        case kParseErrorStringMissQuotationMark: return "the closing quote of this string is missing";
        case kParseErrorStringInvalidEncoding: return "this is not valid UTF-8";
        case kParseErrorNumberTooBig: return "this number is out of range";
        case kParseErrorNumberMissFraction: return "expected a digit after the decimal point";
        case kParseErrorNumberMissExponent: return "expected a digit in the exponent";
        case kParseErrorUnspecificSyntaxError: return "a comment is not closed, or begins with a single /";
        case kParseErrorTermination:
        case kParseErrorNone: break;
    }
    return "this is not JSON";
}

}  // namespace

const node* node::find(std::string_view name) const
{
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const node_member& each) { return each.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

std::string member_path(std::string_view parent, std::string_view name)
{
    if (name.empty() || name.find_first_of(".[]\" \n\r\t") != name.npos)
        return std::string{parent} + '[' + in_quotes(name) + ']';
    return parent.empty() ? std::string{name} : std::string{parent} + '.' + std::string{name};
}

std::string element_path(std::string_view parent, std::size_t index)
{
    return std::string{parent} + '[' + std::to_string(index) + ']';
}

std::string_view name_of(node::kind kind)
{
    switch (kind) {
        case node::kind::null: return "null";
        case node::kind::boolean: return "a boolean";
        case node::kind::number: return "a number";
        case node::kind::string: return "a string";
        case node::kind::array: return "an array";
        case node::kind::object: return "an object";
    }
    throw std::logic_error{"a kind of JSON value without a name"};
}

std::string in_quotes(std::string_view text)
{
    constexpr std::size_t longest = 60;
    std::string result{'"'};
    for (const char c : text) {
        if (result.size() > longest && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            result += "…";
            break;
        }
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (c == '\n')
            result += "\\n";
        else
            result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
    return result + '"';
}

std::optional<node> parse_document(std::string_view text, problem_list& problems)
{
    if (const auto at = text.find('\0'); at != text.npos) {
        problems.report(at, {}, "there is a NUL byte here; the file must be UTF-8 text");
        return std::nullopt;
    }
    rapidjson::MemoryStream stream{text.data(), text.size()};
    tree_builder builder{text, stream, problems};
    rapidjson::Reader reader;
    if (const auto result = reader.Parse<dialect>(stream, builder); result.IsError()) {
        if (builder.too_deep())
            problems.report(result.Offset(), {},
                            "this is nested deeper than " + std::to_string(deepest) + " levels");
        else
            problems.report(result.Offset(), {}, std::string{explain(result.Code(), text, result.Offset())});
        return std::nullopt;
    }
    return builder.take();
}

}  // namespace config
