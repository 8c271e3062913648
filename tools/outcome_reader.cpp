// outcome_reader: counts what a run has published, without asking the worker. See --help.

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <CLI/CLI.hpp>

#include <fstream>
#include <iomanip>
#include <iostream>
#include <stdexcept>

#include "tools/broker/topic_reader.hpp"
#include "tools/reading/outcome_tally.hpp"
#include "tools/reading/published.hpp"
#include "tools/reading/vector_shelf.hpp"

namespace {

constexpr std::size_t ids_shown = 5;
constexpr std::size_t neighbours_shown = 3;
constexpr std::size_t places_looked_at = 100;

constexpr auto help =
    "Reads output topics from their beginning to their end with a plain consumer (no group, committed "
    "records\n"
    "only) and compares what is there with what went in.\n\n"
    "  outcome_reader --brokers B --results vectors --dead-letters dead --expect documents.jsonl\n"
    "  outcomes: 2000 distinct: 2000 missing: 0 doubled: 0\n\n"
    "Exit code 0: each id that went in has an outcome, none has two, and nobody else has one. 1: not so.";

struct order {
    std::string brokers;
    std::vector<std::string> results;
    std::vector<std::string> dead_letters;
    std::string expect_file;
    std::string id_pointer = "/id";
    std::string title_pointer = "/title";
    std::size_t expect_count = 0;
    std::size_t neighbours = 0;
    bool doubled_is_fine = false;
    bool json = false;
    std::vector<std::string> properties;
};

class outcome_reader {
public:
    explicit outcome_reader(const order& asked)
        : asked_{asked},
          how_{.brokers = asked.brokers, .properties = broker::parse_properties(asked.properties)}
    {
        if (!asked.expect_file.empty()) read_expectations();
    }

    void read()
    {
        for (const auto& topic : asked_.results) {
            lost_before_ +=
                broker::read_topic(topic, how_, [this](const auto& each) { count_result(each); }).lost_before;
        }
        for (const auto& topic : asked_.dead_letters) {
            lost_before_ += broker::read_topic(topic, how_, [this](const auto& each) {
                                count_dead_letter(each);
                            }).lost_before;
        }
    }

    [[nodiscard]] std::size_t missing() const
    {
        const auto short_of =
            asked_.expect_count > tally_.distinct() ? asked_.expect_count - tally_.distinct() : 0;
        return asked_.expect_file.empty() ? short_of : tally_.missing();
    }
    [[nodiscard]] std::size_t unexpected() const
    {
        return asked_.expect_file.empty() ? 0 : tally_.unexpected();
    }
    [[nodiscard]] bool all_well() const
    {
        return missing() == 0 && unexpected() == 0 && (asked_.doubled_is_fine || tally_.doubled() == 0);
    }

    void print_report() const
    {
        std::cout << "outcomes: " << tally_.outcomes() << " distinct: " << tally_.distinct()
                  << " missing: " << missing() << " doubled: " << tally_.doubled() << '\n';
        for (const auto& [ending, count] : tally_.endings())
            std::cout << "  " << ending << ": " << count << '\n';
        if (unexpected() > 0) std::cout << "  ids that nobody sent: " << unexpected() << '\n';
        for (const auto& id : tally_.some_missing(ids_shown))
            std::cout << "  missing, for example: " << id << '\n';
        if (lost_before_ > 0) {
            std::cout << "  " << lost_before_
                      << " offsets at the beginning are no longer kept by the broker\n";
        }
        print_neighbours();
    }

    void print_json() const
    {
        rapidjson::StringBuffer text;
        rapidjson::Writer<rapidjson::StringBuffer> writer{text};
        const auto figure = [&writer](const char* name, std::uint64_t value) {
            writer.Key(name);
            writer.Uint64(value);
        };
        writer.StartObject();
        figure("outcomes", tally_.outcomes());
        figure("distinct", tally_.distinct());
        figure("missing", missing());
        figure("doubled", tally_.doubled());
        figure("unexpected", unexpected());
        figure("lost_before", static_cast<std::uint64_t>(lost_before_));
        writer.Key("endings");
        writer.StartObject();
        for (const auto& [ending, count] : tally_.endings()) figure(ending.c_str(), count);
        writer.EndObject();
        writer.EndObject();
        std::cout << text.GetString() << '\n';
    }

private:
    void read_expectations()
    {
        std::ifstream file{asked_.expect_file};
        if (!file) throw std::runtime_error{"cannot read " + asked_.expect_file};
        std::string line;
        while (std::getline(file, line)) {
            if (asked_.expect_count > 0 && tally_.expected() == asked_.expect_count) break;
            auto id = reading::text_at(line, asked_.id_pointer);
            if (!id)
                throw std::runtime_error{asked_.expect_file + " has a line without " + asked_.id_pointer};
            if (asked_.neighbours > 0)
                titles_[*id] = reading::text_at(line, asked_.title_pointer).value_or("");
            tally_.expect(std::move(*id));
        }
    }

    void count_result(const broker::record_view& found)
    {
        const auto value = found.value();
        if (!value) {
            tally_.count(std::string{found.key().value_or("")}, "tombstone");
            return;
        }
        auto result = reading::read_result(*value);
        tally_.count(result.id, "result");
        if (asked_.neighbours > 0 && result.vector)
            shelf_.add(std::move(result.id), std::move(*result.vector));
    }

    /// A dead letter has the value that went in; where that names no id, the outcome id has to do.
    void count_dead_letter(const broker::record_view& found)
    {
        auto id = found.value() ? reading::text_at(*found.value(), asked_.id_pointer) : std::nullopt;
        if (!id) id = std::string{found.header("batchmill-outcome-id").value_or("")};
        tally_.count(*id,
                     "dead letter, " + std::string{found.header("batchmill-class").value_or("no class")});
    }

    void print_neighbours() const
    {
        if (asked_.neighbours == 0 || shelf_.size() < 2) return;
        std::cout << "\nnearest neighbours by cosine among the " << shelf_.size() << " published vectors of "
                  << shelf_.dimensions() << " dimensions:\n"
                  << std::fixed << std::setprecision(2);
        for (const auto place : shelf_.best_accompanied(asked_.neighbours, places_looked_at)) {
            std::cout << "  " << name_of(place) << '\n';
            for (const auto& near : shelf_.nearest(place, neighbours_shown)) {
                std::cout << "    " << near.cosine << "  " << name_of(near.place) << '\n';
            }
        }
    }

    [[nodiscard]] std::string name_of(std::size_t place) const
    {
        const auto& id = shelf_.id(place);
        const auto title = titles_.find(id);
        return title == titles_.end() || title->second.empty() ? id : id + ": " + title->second;
    }

    const order& asked_;
    broker::reading_options how_;
    reading::outcome_tally tally_;
    reading::vector_shelf shelf_;
    std::unordered_map<std::string, std::string> titles_;
    std::int64_t lost_before_ = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    order asked;
    CLI::App program{help};
    program.add_option("--brokers", asked.brokers, "Bootstrap address")->required();
    program.add_option("--results", asked.results, "Topic of results; may be given several times")
        ->required();
    program.add_option("--dead-letters", asked.dead_letters,
                       "Topic of dead letters; may be given several times");
    program.add_option("--expect", asked.expect_file, "JSON lines that went in");
    program.add_option("--expect-count", asked.expect_count,
                       "How many went in; with --expect only its first so many lines count");
    program.add_option("--id", asked.id_pointer, "JSON Pointer to the id of what went in")
        ->capture_default_str();
    program.add_option("--title", asked.title_pointer, "JSON Pointer to what names a text to people")
        ->capture_default_str();
    program.add_option("--neighbours", asked.neighbours, "Show the nearest neighbours of so many texts");
    program.add_flag("--doubled-is-fine", asked.doubled_is_fine,
                     "Doubled outcomes are no failure, as after a crash with at-least-once delivery");
    program.add_flag("--json", asked.json, "Print one line of JSON instead");
    program.add_option("--property", asked.properties, "Property of librdkafka, NAME=VALUE");
    CLI11_PARSE(program, argc, argv);
    try {
        outcome_reader reader{asked};
        reader.read();
        if (asked.json) {
            reader.print_json();
        } else {
            reader.print_report();
        }
        return reader.all_well() ? 0 : 1;
    } catch (const std::exception& problem) {
        std::cerr << "outcome_reader: " << problem.what() << '\n';
        return 1;
    }
}
