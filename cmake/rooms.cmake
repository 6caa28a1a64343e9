if(NOT YAGURA_FUZZ)
  add_library(fuzz_replay OBJECT ${PROJECT_SOURCE_DIR}/tests/support/fuzz_replay.cpp)
endif()

# A check of the plans that SQLite has; taken into a program where its database is (tests/support/any_database.hpp).
add_library(query_plans STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/support/query_plans.cpp
            ${PROJECT_SOURCE_DIR}/tests/support/query_plans_allowed.cpp)
target_include_directories(query_plans PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(query_plans PUBLIC GTest::gtest sqlite3)

# yagura_test(TARGET NAME): what every program of GoogleTest cases has; NAME is its suite's.
function(yagura_test target name)
  target_link_libraries(${target} query_plans GTest::gmock GTest::gtest_main)
  yagura_precompile(${target} gtest)
  # The code under test is optimised, the cases are not: that is nearly half of the compiler's time for them. A file whose
  # cases calculate much themselves says so beside its room.
  target_compile_options(${target} PRIVATE -O0)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${target} PRIVATE YAGURA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${target})
endfunction()

# yagura_room(NAME base LINKS other_room... LIBS external...)
#
# A room is a folder under src/. Its sources are found by name, so a new file needs no edit here:
#   x.cpp        the library        x_test.cpp   into <room>_test
#   x_bench.cpp  into <room>_bench  x_fuzz.cpp   one program each: replays corpus/x in the tests,
#                                                and is a libFuzzer target with -DYAGURA_FUZZ=ON
# LINKS is the whole truth about what a room may include; tests/lint/layering holds the code to it.
function(yagura_room)
  cmake_parse_arguments(R "" "NAME" "LINKS;LIBS;TEST_LIBS" ${ARGN})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(benches ${all})
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  set(fuzzers ${all})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  if(sources)
    add_library(${R_NAME} STATIC ${sources})
    yagura_precompile(${R_NAME})
    set(scope PUBLIC)
  else()
    add_library(${R_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${R_NAME} ${scope} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${R_NAME} ${scope} ${R_LINKS} ${R_LIBS})

  if(tests)
    add_executable(${R_NAME}_test ${tests})
    target_link_libraries(${R_NAME}_test ${R_NAME} ${R_TEST_LIBS})
    yagura_test(${R_NAME}_test ${R_NAME})
  endif()
  if(benches)
    add_executable(${R_NAME}_bench ${benches})
    target_link_libraries(${R_NAME}_bench ${R_NAME} ${R_TEST_LIBS} benchmark::benchmark_main)
    target_compile_definitions(${R_NAME}_bench PRIVATE YAGURA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  endif()
  foreach(fuzzer ${fuzzers})
    get_filename_component(name ${fuzzer} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" corpus ${name})
    get_filename_component(folder ${fuzzer} DIRECTORY)
    if(YAGURA_FUZZ)
      add_executable(${name} ${fuzzer})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${name} ${fuzzer} $<TARGET_OBJECTS:fuzz_replay>)
      add_test(NAME ${name} COMMAND ${name} ${folder}/corpus/${corpus})
    endif()
    target_link_libraries(${name} ${R_NAME})
  endforeach()
endfunction()
