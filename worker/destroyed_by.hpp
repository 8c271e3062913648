#pragma once

namespace worker {

/// The deleter of a C library's handle: gives it back by the function that the library provides for it.
template <auto Destroy>
struct destroyed_by {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Destroy(object);
    }
};

}  // namespace worker
