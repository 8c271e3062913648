#include "pipeline/embedding.hpp"

#include <cassert>
#include <charconv>
#include <span>
#include <utility>

#include "pipeline/base64.hpp"

namespace pipeline {

const std::vector<float>& embedding::values() const
{
    if (!values_.empty() || text_.empty()) return values_;
    values_.resize(dimensions_);
    [[maybe_unused]] bool whole = true;
    switch (written_) {
        case vector_text_form::base64:
            whole = decode_base64(text_, std::as_writable_bytes(std::span{values_}));
            break;
        case vector_text_form::numbers: {
            const auto* at = text_.data();
            const auto* end = text_.data() + text_.size();
            for (auto& each : values_) {
                // Too small for a float is zero, and from_chars leaves it so.
                at = std::from_chars(at, end, each).ptr;
                if (at != end) ++at;
            }
            whole = at == end;
            break;
        }
    }
    assert(whole && "the text was checked when it came");
    return values_;
}

void embedding::let_go_of_reply()
{
    if (text_.empty()) return;
    reply_ = shared_bytes::copy_of(text_);
    text_ = reply_.view();
}

}  // namespace pipeline
