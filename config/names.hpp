#pragma once

#include <array>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "config/settings.hpp"

namespace config {

template <class E>
struct named {
    std::string_view name;
    E value;
};

/// The words for the values of an enumeration, in configuration files, outcomes, logs and metrics alike.
template <class E>
inline constexpr auto names_of = nullptr;

template <>
inline constexpr std::array names_of<operation>{
    named{"embeddings", operation::embeddings}, named{"completions", operation::completions},
    named{"chat", operation::chat}, named{"responses", operation::responses}};
template <>
inline constexpr std::array names_of<api_form>{named{"azure", api_form::azure},
                                               named{"azure_v1", api_form::azure_v1},
                                               named{"openai", api_form::openai}};
template <>
inline constexpr std::array names_of<job_form>{named{"batch_line", job_form::batch_line},
                                               named{"record", job_form::record},
                                               named{"text", job_form::text}};
template <>
inline constexpr std::array names_of<vector_encoding>{
    named{"json", vector_encoding::json}, named{"float32", vector_encoding::float32},
    named{"float16", vector_encoding::float16}, named{"int8", vector_encoding::int8}};
template <>
inline constexpr std::array names_of<output_form>{
    named{"result", output_form::result}, named{"batch_line", output_form::batch_line},
    named{"merge", output_form::merge}, named{"raw", output_form::raw}};
template <>
inline constexpr std::array names_of<error_rule>{named{"dead_letter", error_rule::dead_letter},
                                                 named{"inline", error_rule::inline_line}};
template <>
inline constexpr std::array names_of<tombstone_rule>{named{"forward", tombstone_rule::forward},
                                                     named{"skip", tombstone_rule::skip},
                                                     named{"dead_letter", tombstone_rule::dead_letter}};
template <>
inline constexpr std::array names_of<order_rule>{named{"key", order_rule::key},
                                                 named{"partition", order_rule::partition},
                                                 named{"none", order_rule::none}};
template <>
inline constexpr std::array names_of<delivery_rule>{named{"at_least_once", delivery_rule::at_least_once},
                                                    named{"exactly_once", delivery_rule::exactly_once}};
template <>
inline constexpr std::array names_of<long_input_rule>{named{"reject", long_input_rule::reject},
                                                      named{"truncate", long_input_rule::truncate}};
template <>
inline constexpr std::array names_of<deadline_start>{named{"read", deadline_start::read},
                                                     named{"timestamp", deadline_start::timestamp}};
template <>
inline constexpr std::array names_of<route_priority>{named{"interactive", route_priority::interactive},
                                                     named{"bulk", route_priority::bulk}};
template <>
inline constexpr std::array names_of<identity_source>{
    named{"default", identity_source::chain},
    named{"client_secret", identity_source::client_secret},
    named{"client_certificate", identity_source::client_certificate},
    named{"workload_identity", identity_source::workload_identity},
    named{"managed_identity", identity_source::managed_identity},
    named{"azure_cli", identity_source::azure_cli}};
template <>
inline constexpr std::array names_of<sasl_mechanism>{named{"plain", sasl_mechanism::plain},
                                                     named{"scram_sha_256", sasl_mechanism::scram_sha_256},
                                                     named{"scram_sha_512", sasl_mechanism::scram_sha_512}};
template <>
inline constexpr std::array names_of<kafka_profile>{named{"kafka", kafka_profile::kafka},
                                                    named{"event_hubs", kafka_profile::event_hubs}};
template <>
inline constexpr std::array names_of<log_level>{
    named{"debug", log_level::debug}, named{"info", log_level::info}, named{"warning", log_level::warning},
    named{"error", log_level::error}};

template <class E>
concept has_names = std::is_enum_v<E> && !std::is_null_pointer_v<std::remove_cv_t<decltype(names_of<E>)>>;

template <has_names E>
[[nodiscard]] constexpr std::string_view name_of(E value)
{
    for (const auto& each : names_of<E>)
        if (each.value == value) return each.name;
    throw std::logic_error{"a value of an enumeration without a name"};
}

}  // namespace config
