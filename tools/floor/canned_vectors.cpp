#include "tools/floor/canned_vectors.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <random>

#include "tools/simulator/base64.hpp"

namespace straight {

canned_vectors::canned_vectors(form written, std::size_t dimensions, std::size_t count)
{
    std::mt19937 draw{1};
    std::normal_distribution<float> normal;
    std::vector<float> vector(dimensions);
    for (std::size_t index = 0; index < count; ++index) {
        float squares = 0;
        for (auto& each : vector) {
            each = normal(draw);
            squares += each * each;
        }
        for (auto& each : vector) each /= std::sqrt(squares);
        if (index > 0) items_ += ',';
        items_ += R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":)";
        append(written, vector);
        items_ += '}';
        ends_.push_back(items_.size());
    }
}

void canned_vectors::append(form written, const std::vector<float>& vector)
{
    switch (written) {
        case form::base64:
            items_ += '"';
            simulator::append_base64(items_, vector);
            items_ += '"';
            return;
        case form::numbers:
            for (std::size_t i = 0; i < vector.size(); ++i) {
                items_ += i == 0 ? '[' : ',';
                std::array<char, 32> digits{};
                items_.append(digits.data(),
                              std::to_chars(digits.data(), digits.data() + digits.size(), vector[i]).ptr);
            }
            items_ += ']';
            return;
    }
}

}  // namespace straight
