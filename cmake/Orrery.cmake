# What every folder's CMakeLists.txt is written in: dialects, passes, libraries, programs.

set(ORRERY_SANITIZE "" CACHE STRING "sanitizers for everything that is ours, e.g. address,undefined")
if(ORRERY_SANITIZE)
  # What a sanitizer finds ends the program, so that a test sees it.
  add_compile_options(-fsanitize=${ORRERY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ORRERY_SANITIZE})
endif()
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header hides the macros it was made with, so ccache must be told to trust it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

separate_arguments(ORRERY_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")

# Libraries without MLIR: the language and the runtime.
function(orrery_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

# A precompiled header that targets with the same options share: orrery_precompiled(NAME HEADERS ... [OPTIONS ...] [LINK ...] [DEPENDS ...]).
# Without time stamps it is the same file wherever it is made, so that what ccache has is found again.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang$<SEMICOLON>-fno-pch-timestamp>)
function(orrery_precompiled name)
  cmake_parse_arguments(ARG "" "" "DEFINITIONS;OPTIONS;LINK;DEPENDS;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/${name}.cpp CONTENT "// Carries a precompiled header.\n")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_compile_definitions(${name} PUBLIC ${ARG_DEFINITIONS})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# The heavy MLIR headers are parsed once for the dialects, and once more together with the dialects for what uses them.
set(ORRERY_MLIR_HEADERS
  <mlir/Bytecode/BytecodeOpInterface.h> <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/IR/BuiltinTypes.h> <mlir/IR/Dialect.h> <mlir/IR/DialectImplementation.h> <mlir/IR/OpDefinition.h>
  <mlir/IR/OpImplementation.h> <mlir/IR/PatternMatch.h> <mlir/IR/IRMapping.h> <mlir/Pass/Pass.h>
  <mlir/Interfaces/SideEffectInterfaces.h> <mlir/Interfaces/InferTypeOpInterface.h> <llvm/ADT/TypeSwitch.h>)
function(orrery_mlir_settings target)
  if(NOT TARGET orrery_mlir_pch) # that of the dialects is named where they are all known
    orrery_precompiled(orrery_mlir_pch DEFINITIONS ${ORRERY_LLVM_DEFINITIONS} OPTIONS -fno-exceptions HEADERS ${ORRERY_MLIR_HEADERS})
  endif()
  target_compile_definitions(${target} PUBLIC ${ORRERY_LLVM_DEFINITIONS})
  target_compile_options(${target} PRIVATE -fno-exceptions)
  if(TARGET orrery_dialects_pch)
    target_precompile_headers(${target} REUSE_FROM orrery_dialects_pch)
  else()
    target_precompile_headers(${target} REUSE_FROM orrery_mlir_pch)
  endif()
endfunction()

function(orrery_add_mlir_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  orrery_mlir_settings(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# A page of the reference, build/docs/<page>.md, from the descriptions in a .td file; the target `docs` makes all.
function(orrery_reference page source)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.td)
  set(output ${PROJECT_BINARY_DIR}/docs/${page}.md)
  add_custom_command(OUTPUT ${output} DEPENDS ${sources}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/docs
    COMMAND ${MLIR_TABLEGEN_EXE} ${ARGN} -I${PROJECT_SOURCE_DIR} -I${MLIR_INCLUDE_DIRS} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${output})
  add_custom_target(docs-${page} DEPENDS ${output})
  add_dependencies(docs docs-${page})
endfunction()

# dialects/<name>/<Name>Ops.td -> generated headers beside it in the build folder, library Orrery<Name>.
function(orrery_add_dialect name Name)
  set(LLVM_TARGET_DEFINITIONS ${Name}Ops.td)
  mlir_tablegen(${Name}Dialect.h.inc -gen-dialect-decls -dialect=${name})
  mlir_tablegen(${Name}Dialect.cpp.inc -gen-dialect-defs -dialect=${name})
  mlir_tablegen(${Name}Enums.h.inc -gen-enum-decls)
  mlir_tablegen(${Name}Enums.cpp.inc -gen-enum-defs)
  mlir_tablegen(${Name}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${name})
  mlir_tablegen(${Name}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${name})
  mlir_tablegen(${Name}Ops.h.inc -gen-op-decls)
  mlir_tablegen(${Name}Ops.cpp.inc -gen-op-defs)
  add_public_tablegen_target(Orrery${Name}Gen)
  orrery_reference(${name} ${Name}Ops.td -gen-dialect-doc -dialect=${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  orrery_add_mlir_library(Orrery${Name} SOURCES ${sources} LINK ${ARGN} DEPENDS Orrery${Name}Gen)
endfunction()

# One phase of the pipeline: passes/<phase>/Passes.td and one .cpp a pass; library Orrery<Phase>.
function(orrery_add_passes phase Phase)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name=${Phase})
  add_public_tablegen_target(Orrery${Phase}PassesGen)
  orrery_reference(passes-${phase} Passes.td -gen-pass-doc)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  orrery_add_mlir_library(Orrery${Phase} SOURCES ${sources} LINK ${ARGN} DEPENDS Orrery${Phase}PassesGen)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY ORRERY_PHASES ${Phase})
  set_property(GLOBAL APPEND PROPERTY ORRERY_PHASE_FOLDERS ${folder})
endfunction()

# Names programs that the tests run, so that `check` builds them first.
function(orrery_check_needs)
  set_property(GLOBAL APPEND PROPERTY ORRERY_CHECK_NEEDS ${ARGN})
endfunction()

# A folder that is not there yet is passed over, so that each can land alone.
function(orrery_add_folders)
  foreach(folder ${ARGN})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
