#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "config/units.hpp"

namespace pipeline {

class route;

/// Tokens that a byte of text is charged with on arrival, by us and by the services' own admission check.
constexpr double charged_per_byte = 0.25;

/// How many tokens a UTF-8 byte of text has, learnt from what replies were billed; until then a quarter.
///
/// A mean weighted by bytes, so that a few words say little, in which a reply loses weight with every byte
/// that comes after it: half a mebibyte of text on it counts half or less. A bill that no text of that size
/// can have says nothing and is left out: it is nothing or negative, above a token for each byte (every
/// token of a tokenizer on bytes holds one at least), or below one for 64 bytes. So it stays within these
/// two bounds, whatever servers send.
///
/// A rule: no I/O, no clock.
class token_ratio {
public:
    /// A text of so many bytes can have so many tokens.
    [[nodiscard]] static bool can_be(std::int64_t tokens, std::size_t text_bytes);

    /// A reply was billed so many tokens for so many bytes of text.
    void learn(std::int64_t billed, std::size_t text_bytes);

    [[nodiscard]] double per_byte() const { return tokens_ / bytes_; }
    /// Whether any bill has been believed.
    [[nodiscard]] bool is_learnt() const { return learnt_; }

    /// Of a text of that size, rounded up; at least one.
    [[nodiscard]] config::tokens tokens_of(std::size_t text_bytes) const;
    /// The longest text that is estimated at no more than `limit`.
    [[nodiscard]] std::size_t bytes_of(config::tokens limit) const;

private:
    // What the assumption weighs before anything is known: about ten short texts.
    static constexpr double assumed_bytes_ = 4096;

    double bytes_ = assumed_bytes_;
    double tokens_ = assumed_bytes_ * charged_per_byte;
    bool learnt_ = false;
};

/// The ratios of one deployment, for each route: languages differ, and so do the tokenizers of models.
class token_ratios {
public:
    [[nodiscard]] token_ratio& of(const route& way) { return by_route_[&way]; }
    /// As it starts where nothing has been learnt.
    [[nodiscard]] token_ratio known_of(const route& way) const;

private:
    std::map<const route*, token_ratio> by_route_;
};

}  // namespace pipeline
