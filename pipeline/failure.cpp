#include "pipeline/failure.hpp"

#include <stdexcept>

namespace pipeline {

void throw_exception_from_error(const failure& why, const boost::source_location& where)
{
    throw std::runtime_error{why.detail() + " (" + where.to_string() + ")"};
}

}  // namespace pipeline
