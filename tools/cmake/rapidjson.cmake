# RapidJSON 1.1 assigns to a const member in a function that nobody calls; clang 16 and later check it
# all the same; and it adds to a null pointer where a stack is still empty, which clang's UBSan reports. For
# those compilers a patched copy of the headers is made in the build folder.
find_package(RapidJSON REQUIRED)
add_library(rapidjson_headers INTERFACE)
set(rapidjson_include ${RapidJSON_INCLUDE_DIRS})
if(NOT rapidjson_include)
    set(rapidjson_include ${RAPIDJSON_INCLUDE_DIRS})
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 14)
    set(patched ${CMAKE_BINARY_DIR}/rapidjson-patched)
    file(COPY ${rapidjson_include}/rapidjson DESTINATION ${patched})
    file(READ ${patched}/rapidjson/document.h text)
    string(REPLACE
        "GenericStringRef& operator=(const GenericStringRef& rhs) { s = rhs.s; length = rhs.length; }"
        "GenericStringRef& operator=(const GenericStringRef& rhs) = delete;"
        text "${text}")
    file(WRITE ${patched}/rapidjson/document.h "${text}")
    file(READ ${patched}/rapidjson/internal/stack.h text)
    string(REPLACE
        "stackTop_ + sizeof(T) * count > stackEnd_"
        "static_cast<std::ptrdiff_t>(sizeof(T) * count) > stackEnd_ - stackTop_"
        text "${text}")
    file(WRITE ${patched}/rapidjson/internal/stack.h "${text}")
    set(rapidjson_include ${patched})
endif()
target_include_directories(rapidjson_headers SYSTEM INTERFACE ${rapidjson_include})
