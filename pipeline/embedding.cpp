#include "pipeline/embedding.hpp"

#include <cassert>
#include <span>
#include <utility>

#include "pipeline/base64.hpp"

namespace pipeline {

const std::vector<float>& embedding::values() const
{
    if (values_.empty() && !base64_.empty()) {
        values_.resize(dimensions_);
        [[maybe_unused]] const auto whole =
            decode_base64(base64_, std::as_writable_bytes(std::span{values_}));
        assert(whole && "the text was checked when it came");
    }
    return values_;
}

void embedding::let_go_of_reply()
{
    if (base64_.empty()) return;
    reply_ = shared_bytes::copy_of(base64_);
    base64_ = reply_.view();
}

}  // namespace pipeline
