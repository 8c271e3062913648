#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/commit_metadata.hpp"
#include "tests/fuzz/expect.hpp"

/// Whatever stands in the metadata of a commit is refused, or read as runs that ascend above the base and are
/// written back to something that says the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    constexpr std::uint64_t fingerprint = 0;
    for (const std::int64_t base : {std::int64_t{0}, std::int64_t{100}, INT64_MAX - 10}) {
        const auto known = pipeline::read_commit_metadata(text, fingerprint, base);
        const auto* runs = std::get_if<std::vector<pipeline::offset_run>>(&known);
        if (runs == nullptr) continue;
        EXPECT(runs->size() <= 3 * size);
        auto last = base;
        for (const auto& each : *runs) {
            EXPECT(each.begin >= last && each.end > each.begin);
            last = each.end;
        }
        if (runs->empty() || runs->front().begin == base) continue;  // nobody writes that
        const auto again = pipeline::write_commit_metadata(fingerprint, base, *runs, 10 * size + 100);
        EXPECT(pipeline::read_commit_metadata(again, fingerprint, base) == known);
    }
    return 0;
}
