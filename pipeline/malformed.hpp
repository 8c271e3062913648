#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pipeline/failure.hpp"
#include "pipeline/json_document.hpp"

/// How a record that cannot be understood is described. Each code stands in docs/formats.md. Details name
/// the place (a JSON Pointer or a byte offset) and never quote a text of the record.
namespace pipeline {

/// errc::refused with a code and a detail.
[[nodiscard]] failure malformed(std::string code, std::string detail);

/// "wrong_type": `found` is something else than `expected` ("a string").
[[nodiscard]] failure wrong_type(const json_value& found, std::string_view expected);

/// "missing_member": nothing stands at `pointer`, where `expected` should be.
[[nodiscard]] failure missing_member(std::string_view pointer, std::string_view expected);

/// The words for a value's place: its pointer, or "the document".
[[nodiscard]] std::string place_of(const json_value& value);

/// The words for a place in a record's value: "byte 12".
[[nodiscard]] std::string byte_at(std::size_t offset);

}  // namespace pipeline
