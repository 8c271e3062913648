#pragma once

#include <boost/intrusive/list.hpp>

#include <memory>

namespace worker {

/// Connects an object with the completion handlers that will call it.
///
/// A handler of Asio runs even where the object that started it is gone: it may have been queued already,
/// or the operation cannot be called off. So the handler holds an end, and asks that for the object. When
/// the object goes, every end becomes loose; an end that goes first leaves nothing behind either.
template <class T>
class tether {
    struct knot
        : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        explicit knot(T& tied_to) : object{&tied_to} {}
        T* object;
    };

public:
    /// What a handler holds. Movable only.
    class end {
    public:
        /// Null once the object is gone.
        [[nodiscard]] T* object() const { return knot_->object; }

    private:
        friend tether;
        explicit end(std::unique_ptr<knot> tied) : knot_{std::move(tied)} {}
        std::unique_ptr<knot> knot_;
    };

    /// A member of `object`, so that both go together.
    explicit tether(T& object) : object_{object} {}
    tether(const tether&) = delete;
    tether& operator=(const tether&) = delete;
    ~tether()
    {
        while (!knots_.empty()) {
            knots_.front().object = nullptr;
            knots_.pop_front();
        }
    }

    [[nodiscard]] end tie()
    {
        auto tied = std::make_unique<knot>(object_);
        knots_.push_back(*tied);
        return end{std::move(tied)};
    }

private:
    T& object_;
    boost::intrusive::list<knot, boost::intrusive::constant_time_size<false>> knots_;
};

}  // namespace worker
