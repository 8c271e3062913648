#include "worker/pem_password.hpp"

#include <cstddef>
#include <string_view>

namespace worker {

int give_pem_password(char* into, int room, int, void* password)
{
    if (password == nullptr) return -1;
    const std::string_view text{static_cast<const char*>(password)};
    if (text.size() > static_cast<std::size_t>(room)) return -1;
    text.copy(into, text.size());
    return static_cast<int>(text.size());
}

}  // namespace worker
