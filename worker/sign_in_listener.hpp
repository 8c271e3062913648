#pragma once

#include <string_view>

#include "config/units.hpp"

namespace worker {

/// Whoever has to be told of every token of a sign-in, because nobody asks before it is shown.
class sign_in_listener {
public:
    virtual ~sign_in_listener() = default;

    /// A new token, which lasts so long from now on. A view that is valid during the call.
    virtual void granted(std::string_view token, config::duration lifetime) = 0;
    /// There is no new one; the one before is good until its end. Without secrets.
    virtual void failed(std::string_view reason) = 0;
};

}  // namespace worker
