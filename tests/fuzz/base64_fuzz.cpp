#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/base64.hpp"
#include "tests/fuzz/expect.hpp"

/// Whatever decodes was canonical: encoding it again gives the same text. Whatever is encoded decodes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string input{reinterpret_cast<const char*>(data), size};

    if (const auto decoded_size = pipeline::base64_decoded_size(input)) {
        std::vector<std::byte> bytes(*decoded_size);
        if (pipeline::decode_base64(input, bytes)) {
            std::string again;
            pipeline::append_base64(again, bytes);
            EXPECT(again == input);
        }
    }

    std::string encoded;
    pipeline::append_base64(encoded, std::as_bytes(std::span{input}));
    EXPECT(pipeline::base64_decoded_size(encoded) == input.size());
    std::string back(input.size(), '\0');
    EXPECT(pipeline::decode_base64(encoded, std::as_writable_bytes(std::span{back})));
    EXPECT(back == input);
    return 0;
}
