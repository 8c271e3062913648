#include "worker/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <new>

#include "worker/destroyed_by.hpp"

namespace worker {
namespace {

int handle_of(BIO* bio) { return static_cast<tcp_socket*>(BIO_get_data(bio))->native_handle(); }

bool may_be_repeated() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int write(BIO* bio, const char* bytes, int count)
{
    BIO_clear_retry_flags(bio);
    const auto sent =
        ::send(handle_of(bio), bytes, static_cast<std::size_t>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && may_be_repeated()) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int read(BIO* bio, char* into, int room)
{
    BIO_clear_retry_flags(bio);
    const auto got = ::recv(handle_of(bio), into, static_cast<std::size_t>(room), MSG_DONTWAIT);
    if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (got < 0 && may_be_repeated()) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

long control(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

using method = std::unique_ptr<BIO_METHOD, destroyed_by<BIO_meth_free>>;

method make_method()
{
    method made{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")};
    if (!made) throw std::bad_alloc{};
    BIO_meth_set_write(made.get(), write);
    BIO_meth_set_read(made.get(), read);
    BIO_meth_set_ctrl(made.get(), control);
    return made;
}

}  // namespace

BIO* make_socket_bio(tcp_socket& socket)
{
    static const method way = make_method();
    auto* const made = BIO_new(way.get());
    if (made == nullptr) throw std::bad_alloc{};
    BIO_set_data(made, &socket);
    BIO_set_init(made, 1);
    return made;
}

}  // namespace worker
