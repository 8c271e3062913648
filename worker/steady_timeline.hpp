#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "pipeline/timeline.hpp"

namespace worker {

/// Real time, on one loop. Must outlive its alarms.
class steady_timeline final : public pipeline::timeline {
public:
    explicit steady_timeline(boost::asio::any_io_executor loop) : loop_{std::move(loop)} {}

    config::time_point now() const noexcept override { return config::clock::now(); }
    std::unique_ptr<pipeline::alarm> make_alarm() override;

private:
    boost::asio::any_io_executor loop_;
};

}  // namespace worker
