# One language level, one set of warnings, one output folder for the programs.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Assertions state what cannot be; they stay on in release.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wno-missing-designated-field-initializers
  -fstack-protector-strong -D_GLIBCXX_ASSERTIONS -fno-omit-frame-pointer)
add_link_options(-fuse-ld=lld -Wl,--as-needed)
if(YAGURA_SANITIZE)
  add_compile_options(-fsanitize=${YAGURA_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${YAGURA_SANITIZE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)

# yagura_precompile(TARGET [gtest])
#
# What most files include anyway, parsed once for each target: about two seconds less for each file. Only where
# YAGURA_PRECOMPILE is on (fresh machines: scripts/build, tests/run): without it a file that forgets an include is found, and
# several work trees share what ccache holds.
option(YAGURA_PRECOMPILE "Precompile the headers that most files include" OFF)
function(yagura_precompile target)
  if(NOT YAGURA_PRECOMPILE)
    return()
  endif()
  set(headers algorithm array atomic chrono expected filesystem functional map memory mutex optional ranges set span string
              string_view thread unordered_map utility variant vector fmt/format.h)
  if("gtest" IN_LIST ARGN)
    list(APPEND headers gmock/gmock.h gtest/gtest.h)
  endif()
  list(TRANSFORM headers PREPEND "<")
  list(TRANSFORM headers APPEND ">")
  target_precompile_headers(${target} PRIVATE ${headers})
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
