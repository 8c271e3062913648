#pragma once

#include <cstdlib>
#include <iostream>

/// What a fuzz target claims of its input; said in words where it is wrong, in every build.
#define EXPECT(claim)                                                             \
    do {                                                                          \
        if (!(claim)) {                                                           \
            std::cerr << __FILE__ << ':' << __LINE__ << ": not so: " #claim "\n"; \
            std::abort();                                                         \
        }                                                                         \
    } while (false)
