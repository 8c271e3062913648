// encodings: what float16 and int8 cost, in numbers and in the order of nearest neighbours. See --help.

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "config/names.hpp"
#include "pipeline/vector_packing.hpp"
#include "tools/encodings/text_vector.hpp"
#include "tools/reading/neighbour_order.hpp"
#include "tools/reading/packed_vector.hpp"
#include "tools/reading/published.hpp"

namespace {

using config::vector_encoding;

constexpr auto help =
    "Takes vectors through the worker's encodings and back through a reader of their own, and prints one\n"
    "line of JSON: how far the worst number is off, in parts of what docs/formats.md allows, and how much\n"
    "of the lists of nearest neighbours by cosine is kept.\n\n"
    "  encodings --texts descriptions.jsonl --count 5000 --dimensions 1536\n"
    "  encodings --vectors vectors.f32 --dimensions 384";

struct order {
    std::string texts;
    std::string vectors;
    std::size_t count = 5000;
    std::size_t dimensions = 1536;
    std::size_t lists = 1000;
    std::size_t nearest = 10;
};

std::vector<float> vectors_of_texts(const order& asked)
{
    std::ifstream file{asked.texts};
    if (!file) throw std::runtime_error{"cannot read " + asked.texts};
    std::vector<float> all;
    std::size_t taken = 0;
    for (std::string line; taken < asked.count && std::getline(file, line); ++taken) {
        const auto title = reading::text_at(line, "/title");
        const auto body = reading::text_at(line, "/body");
        const auto vector =
            encodings::text_vector(title.value_or("") + '\n' + body.value_or(""), asked.dimensions);
        all.insert(all.end(), vector.begin(), vector.end());
    }
    return all;
}

std::vector<float> vectors_of_file(const order& asked)
{
    std::ifstream file{asked.vectors, std::ios::binary};
    if (!file) throw std::runtime_error{"cannot read " + asked.vectors};
    const std::string bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    auto all = reading::read_float32(bytes);
    if (all.size() % asked.dimensions != 0)
        throw std::runtime_error{asked.vectors + " holds no whole number of vectors"};
    all.resize(std::min(all.size(), asked.count * asked.dimensions));
    return all;
}

/// The vectors decoded again, and the largest error in parts of the allowed one.
struct round_trip {
    std::vector<float> decoded;
    double worst_error = 0;
};

/// What docs/formats.md allows a number to be off. The reader multiplies in float32, which rounds as well.
double allowed_error(float number, vector_encoding encoding, float scale)
{
    const auto size = std::abs(static_cast<double>(number));
    if (encoding == vector_encoding::int8) return static_cast<double>(scale) / 2 + std::ldexp(size, -23);
    return std::max(size / 2048, std::ldexp(1.0, -25));
}

round_trip take_through(std::span<const float> all, std::size_t dimensions, vector_encoding encoding)
{
    round_trip made;
    made.decoded.reserve(all.size());
    for (std::size_t begin = 0; begin < all.size(); begin += dimensions) {
        const auto exact = all.subspan(begin, dimensions);
        std::string bytes;
        const auto scale = pipeline::append_packed(bytes, exact, encoding);
        const auto back = encoding == vector_encoding::int8 ? reading::read_int8(bytes, scale)
                                                            : reading::read_float16(bytes);
        if (back.size() != dimensions) throw std::runtime_error{"a vector came back with another length"};
        for (std::size_t i = 0; i < dimensions; ++i) {
            const auto off = std::abs(static_cast<double>(back[i]) - static_cast<double>(exact[i]));
            made.worst_error = std::max(made.worst_error, off / allowed_error(exact[i], encoding, scale));
        }
        made.decoded.insert(made.decoded.end(), back.begin(), back.end());
    }
    return made;
}

void measure(const order& asked)
{
    const auto all = asked.vectors.empty() ? vectors_of_texts(asked) : vectors_of_file(asked);
    const auto count = all.size() / asked.dimensions;
    if (count < asked.lists || count <= asked.nearest)
        throw std::runtime_error{"only " + std::to_string(count) + " vectors"};
    rapidjson::StringBuffer text;
    rapidjson::Writer<rapidjson::StringBuffer> writer{text};
    const auto figure = [&](const std::string& name, double value) {
        writer.String(name);
        writer.Double(value);
    };
    writer.StartObject();
    figure("vectors", static_cast<double>(count));
    for (const auto encoding : {vector_encoding::float16, vector_encoding::int8}) {
        const auto trip = take_through(all, asked.dimensions, encoding);
        const auto kept =
            reading::compare_neighbours(all, trip.decoded, asked.dimensions, asked.lists, asked.nearest);
        const auto name = std::string{config::name_of(encoding)};
        figure(name + "_worst_error", trip.worst_error);
        figure(name + "_pairs_kept", kept.pairs_kept);
        figure(name + "_members_kept", kept.members_kept);
        figure(name + "_first_kept", kept.first_kept);
    }
    writer.EndObject();
    std::cout << text.GetString() << '\n';
}

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{help};
    auto* texts =
        program.add_option("--texts", asked.texts, "JSON lines with title and body, hashed into vectors");
    program.add_option("--vectors", asked.vectors, "Vectors of little-endian float32, one behind the other")
        ->excludes(texts);
    program.add_option("--count", asked.count, "How many vectors, at most")->capture_default_str();
    program.add_option("--dimensions", asked.dimensions, "Numbers of a vector")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    program.add_option("--lists", asked.lists, "Lists of neighbours")->capture_default_str();
    program.add_option("--nearest", asked.nearest, "Neighbours in a list")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    try {
        measure(asked);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "encodings: " << problem.what() << '\n';
        return 1;
    }
}
