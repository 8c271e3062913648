// reply_reader: reads one and the same reply again and again, for counting what that takes. See --help.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>

#include "pipeline/reply_codec.hpp"
#include "tools/floor/canned_vectors.hpp"

namespace {

constexpr auto help =
    "Reads a reply to a request for embeddings as the worker does: parses it, decodes its vectors and "
    "checks\n"
    "them. Run it under `valgrind --tool=none` or callgrind with two different --times: the difference is "
    "what\n"
    "reading takes, a copy of the reply included, without what starting takes.";

using straight::canned_vectors;

struct order {
    canned_vectors::form form = canned_vectors::form::base64;
    std::size_t inputs = 64;
    std::size_t dimensions = 1536;
    int times = 1;
    int copies = 0;
};

/// How many vectors were read.
std::size_t read_replies(const order& asked)
{
    const canned_vectors vectors{asked.form, asked.dimensions, asked.inputs};
    const auto body = R"({"object":"list","data":[)" + std::string{vectors.first(asked.inputs)} +
                      R"(],"model":"m","usage":{"prompt_tokens":9,"total_tokens":9}})";
    pipeline::shape form;
    form.dimensions = asked.dimensions;
    const pipeline::request request{.form = &form, .pieces = std::vector<std::string_view>(asked.inputs)};
    std::size_t sum = 0;
    for (int i = 0; i < std::max(asked.times, asked.copies); ++i) {
        auto copy = pipeline::shared_bytes::copy_of(body);
        if (i >= asked.times) continue;
        const auto read = pipeline::read_reply(request, std::move(copy));
        if (!read) throw std::runtime_error{read.error().detail()};
        sum += read->answers.size();
    }
    return sum;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::map<std::string, canned_vectors::form> forms{{"base64", canned_vectors::form::base64},
                                                            {"numbers", canned_vectors::form::numbers}};
    order asked;
    CLI::App program{help};
    program.add_option("--form", asked.form, "base64 or numbers")->transform(CLI::CheckedTransformer(forms));
    program.add_option("--inputs", asked.inputs, "Vectors in the reply")->capture_default_str();
    program.add_option("--dimensions", asked.dimensions, "Of every vector")->capture_default_str();
    program.add_option("--times", asked.times, "Read it so often")->capture_default_str();
    program.add_option("--copies", asked.copies, "Copy it so often, where that is more")
        ->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    try {
        std::cout << read_replies(asked) << '\n';
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "reply_reader: " << problem.what() << '\n';
        return 1;
    }
}
