#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "config/nearest.hpp"
#include "config/sections.hpp"

namespace config {
namespace {

struct owned_member {
    std::string_view name;
    std::string_view reason;
};

constexpr std::array owned_members{
    owned_member{"background", "the worker waits for each answer, and does not come back for one"},
    owned_member{"encoding_format",
                 "the worker asks for what is cheapest to read; how vectors are published "
                 "is the route's \"encoding\""},
    owned_member{"input", "it is made from the record as the route's \"text\" says"},
    owned_member{"messages", "they are made from the record as the route's \"messages\" say"},
    owned_member{"model", "it is the deployment's"},
    owned_member{"prompt", "it is made from the record as the route's \"text\" says"},
    owned_member{"stream", "answers are published whole"},
};

/// Members whose value the worker reckons with.
struct counted_member {
    std::string_view name;
    range<std::int64_t> allowed;
};

constexpr std::array counted_members{
    counted_member{"best_of", {1, 20}},
    counted_member{"dimensions", {1, 65'536}},
    counted_member{"max_completion_tokens", {1, 100'000'000}},
    counted_member{"max_output_tokens", {1, 100'000'000}},
    counted_member{"max_tokens", {1, 100'000'000}},
    counted_member{"n", {1, 128}},
};

/// Numbers are copied as they are written, but every reader must be able to hold them.
bool is_finite(const std::string& digits)
{
    double value = 0;
    return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec !=
           std::errc::result_out_of_range;
}

class json_text {
public:
    explicit json_text(const value_reader& values) : values_{&values} {}

    void write(const node& from)
    {
        switch (from.is) {
            case node::kind::null: out_.Null(); return;
            case node::kind::boolean: out_.Bool(from.truth); return;
            case node::kind::number: write_number(from); return;
            case node::kind::string: out_.String(values_->expanded(from).value_or("")); return;
            case node::kind::array:
                out_.StartArray();
                for (const auto& each : from.elements) write(each);
                out_.EndArray();
                return;
            case node::kind::object:
                out_.StartObject();
                for (const auto& each : from.members) {
                    out_.Key(each.name.data(), static_cast<rapidjson::SizeType>(each.name.size()));
                    write(each.value);
                }
                out_.EndObject();
                return;
        }
    }

    [[nodiscard]] std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
    void write_number(const node& from)
    {
        if (!is_finite(from.text)) values_->report(from, "is a number out of range");
        out_.RawValue(from.text.data(), from.text.size(), rapidjson::kNumberType);
    }

    const value_reader* values_;
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> out_{buffer_};
};

void check_member(const node_member& member, const value_reader& values)
{
    if (const auto reason = reason_against_setting(member.name); !reason.empty())
        values.problems().report(member.offset, member.value.path, "may not be set: " + std::string{reason});
    const auto* counted = std::find_if(counted_members.begin(), counted_members.end(),
                                       [&](const counted_member& each) { return each.name == member.name; });
    std::int64_t value = 0;
    if (counted != counted_members.end()) values.read(member.value, value, counted->allowed);
}

}  // namespace

std::string_view reason_against_setting(std::string_view member)
{
    const auto* owned = std::find_if(owned_members.begin(), owned_members.end(),
                                     [&](const owned_member& each) { return each.name == member; });
    return owned == owned_members.end() ? std::string_view{} : owned->reason;
}

std::string read_parameters(const node& object, const value_reader& values)
{
    if (!values.expect(node::kind::object, object)) return "{}";
    for (const auto& each : object.members) check_member(each, values);
    json_text result{values};
    result.write(object);
    return result.text();
}

}  // namespace config
