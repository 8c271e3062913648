#include "pipeline/malformed.hpp"

#include <utility>

namespace pipeline {

failure malformed(std::string code, std::string detail)
{
    return failure{errc::refused, std::move(detail)}.with_code(std::move(code));
}

failure wrong_type(const json_value& found, std::string_view expected)
{
    return malformed("wrong_type", place_of(found) + " is " + std::string{name_of(found.kind())} + " where " +
                                       std::string{expected} + " belongs");
}

failure missing_member(std::string_view pointer, std::string_view expected)
{
    return malformed("missing_member",
                     "nothing at " + std::string{pointer} + ", where " + std::string{expected} + " belongs");
}

std::string place_of(const json_value& value)
{
    auto pointer = value.pointer();
    return pointer.empty() ? "the document" : pointer;
}

std::string byte_at(std::size_t offset) { return "byte " + std::to_string(offset); }

}  // namespace pipeline
