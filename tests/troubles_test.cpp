// docs/troubles.md says which case shows what; here stands that each of them is there.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& file)
{
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The sentences of all test cases. A long one is written as several literals.
std::set<std::string> cases()
{
    static const std::regex literal{"\\s*\"((?:[^\"\\\\]|\\\\.)*)\""};
    static const std::regex beginning{"TEST_CASE(?:_FIXTURE)?\\((?:\\s*\\w+,)?"};
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{fs::path{SOURCE_ROOT} / "tests"}) {
        if (entry.path().extension() != ".cpp") continue;
        const auto text = read(entry.path());
        for (std::sregex_iterator each{text.begin(), text.end(), beginning}, end; each != end; ++each) {
            std::string sentence;
            auto rest = text.begin() + each->position() + each->length();
            for (std::smatch part;
                 std::regex_search(rest, text.end(), part, literal, std::regex_constants::match_continuous);
                 rest += part.length())
                sentence += part[1];
            found.insert(sentence);
        }
    }
    return found;
}

/// What stands in the last cell of each row, without the heads of the tables.
std::vector<std::string> named_on(const std::string& page)
{
    static const std::regex row{"\\| ([^|\n]+) \\|(?:\n|$)"};
    std::vector<std::string> named;
    for (std::sregex_iterator each{page.begin(), page.end(), row}, end; each != end; ++each) {
        const auto cell = (*each)[1].str();
        if (cell == "test" || cell.starts_with("---")) continue;
        for (std::size_t at = 0; at <= cell.size();) {
            const auto until = std::min(cell.find("; ", at), cell.size());
            named.push_back(cell.substr(at, until - at));
            at = until + 2;
        }
    }
    return named;
}

}  // namespace

TEST_CASE("every case that docs/troubles.md names is there")
{
    const auto all = cases();
    const auto named = named_on(read(fs::path{SOURCE_ROOT} / "docs" / "troubles.md"));
    CHECK(named.size() > 60);
    for (const auto& each : named) CHECK_MESSAGE(all.contains(each), each);
}
