// Linked into every program of a ThreadSanitizer build, and into no other.
//
// librdkafka takes its threads and locks from C11's <threads.h>, which ThreadSanitizer does not intercept:
// it would see records handed from one thread to another without any lock, and report each. The functions
// here stand in front of the C library's and do the same through pthreads, which it does intercept.
//
// The casts rest on how glibc (2.28 and later) defines these types: each has the size and the layout of its
// counterpart in pthreads. The static assertions hold what can be held of that.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <memory>

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));
static_assert(sizeof(thrd_t) == sizeof(pthread_t));
static_assert(sizeof(tss_t) == sizeof(pthread_key_t));
static_assert(sizeof(once_flag) == sizeof(pthread_once_t));

namespace {

int answer(int error)
{
    if (error == 0) return thrd_success;
    if (error == EBUSY) return thrd_busy;
    if (error == ETIMEDOUT) return thrd_timedout;
    if (error == ENOMEM) return thrd_nomem;
    return thrd_error;
}

pthread_mutex_t* posix(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }

pthread_cond_t* posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

struct start {
    thrd_start_t run;
    void* argument;
};

void* run_thread(void* given)
{
    const std::unique_ptr<start> begin{static_cast<start*>(given)};
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(begin->run(begin->argument)));
}

}  // namespace

extern "C" {

int mtx_init(mtx_t* mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if ((type & mtx_recursive) != 0) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    const auto error = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return answer(error);
}

int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock(posix(mutex))); }

int mtx_trylock(mtx_t* mutex) { return answer(pthread_mutex_trylock(posix(mutex))); }

int mtx_timedlock(mtx_t* mutex, const timespec* until)
{
    return answer(pthread_mutex_timedlock(posix(mutex), until));
}

int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock(posix(mutex))); }

void mtx_destroy(mtx_t* mutex) { pthread_mutex_destroy(posix(mutex)); }

int cnd_init(cnd_t* condition) { return answer(pthread_cond_init(posix(condition), nullptr)); }

int cnd_signal(cnd_t* condition) { return answer(pthread_cond_signal(posix(condition))); }

int cnd_broadcast(cnd_t* condition) { return answer(pthread_cond_broadcast(posix(condition))); }

int cnd_wait(cnd_t* condition, mtx_t* mutex)
{
    return answer(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until)
{
    return answer(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(posix(condition)); }

int thrd_create(thrd_t* thread, thrd_start_t run, void* argument)
{
    auto begin = std::make_unique<start>(start{run, argument});
    const auto error = pthread_create(thread, nullptr, run_thread, begin.get());
    if (error == 0) static_cast<void>(begin.release());  // the thread owns it
    return error == EAGAIN ? thrd_nomem : answer(error);
}

int thrd_join(thrd_t thread, int* result)
{
    void* returned = nullptr;
    const auto error = pthread_join(thread, &returned);
    if (error == 0 && result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    return answer(error);
}

int thrd_detach(thrd_t thread) { return answer(pthread_detach(thread)); }

void thrd_exit(int result) { pthread_exit(reinterpret_cast<void*>(static_cast<std::intptr_t>(result))); }

int tss_create(tss_t* key, tss_dtor_t destroy) { return answer(pthread_key_create(key, destroy)); }

void* tss_get(tss_t key) { return pthread_getspecific(key); }

int tss_set(tss_t key, void* value) { return answer(pthread_setspecific(key, value)); }

void tss_delete(tss_t key) { pthread_key_delete(key); }

void call_once(once_flag* flag, void (*run)()) { pthread_once(reinterpret_cast<pthread_once_t*>(flag), run); }

}  // extern "C"
