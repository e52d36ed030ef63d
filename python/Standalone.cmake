# For pip: compiler and runtime of a build of everything, which are used here and installed into the package.
set(ORRERY_BUILD "" CACHE PATH "a finished build; empty: build/ of the checkout, which is brought up to date first")
get_filename_component(checkout .. ABSOLUTE)
if(NOT ORRERY_BUILD)
  set(ORRERY_BUILD ${checkout}/build)
  if(NOT EXISTS ${ORRERY_BUILD}/build.ninja)
    execute_process(COMMAND ${CMAKE_COMMAND} --preset default -DORRERY_PYTHON=OFF WORKING_DIRECTORY ${checkout} COMMAND_ERROR_IS_FATAL ANY)
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${ORRERY_BUILD} --target orrery orrery_runtime COMMAND_ERROR_IS_FATAL ANY)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
list(APPEND CMAKE_MODULE_PATH ${checkout}/cmake)
include(Orrery) # for ccache
include_directories(${checkout} ${ORRERY_BUILD})
add_compile_options(-Wall -Wextra -Werror -Wno-unused-parameter)
add_library(orrery_runtime INTERFACE)
target_compile_options(orrery_runtime INTERFACE -fopenmp=libomp)
target_link_options(orrery_runtime INTERFACE -L${ORRERY_BUILD}/lib)
file(STRINGS ${ORRERY_BUILD}/lib/orrery_runtime.link libraries)
target_link_libraries(orrery_runtime INTERFACE ${libraries})

install(PROGRAMS ${ORRERY_BUILD}/bin/orrery DESTINATION orrery/bin)
install(DIRECTORY ${ORRERY_BUILD}/lib/ DESTINATION orrery/lib
  FILES_MATCHING PATTERN "liborrery_*.a" PATTERN "liborrery_mpi.so" PATTERN "orrery_runtime.link")
