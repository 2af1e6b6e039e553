# What all parts of the device library have in common, whoever's project they are in.
include_guard(DIRECTORY)
include(CheckIncludeFile)
include(GNUInstallDirs)

get_filename_component(FWD_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)

# A compiler without a C library has no string.h; ours declares the four functions that are needed.
check_include_file(string.h FWD_STRING_H)

# fwd_device_part(TARGET NAME): TARGET is fwdelta::NAME, in the tree as well as installed.
function(fwd_device_part target name)
    add_library(fwdelta::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
        return()
    endif()
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${FWD_ROOT}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/fwdelta>)
    target_compile_features(${target} PRIVATE c_std_11)
    if(NOT FWD_STRING_H)
        target_include_directories(${target} SYSTEM PRIVATE ${FWD_ROOT}/verify/freestanding)
    endif()
    if(TARGET fwdelta-flags) # only in the whole project
        target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:fwdelta-flags>)
    endif()
endfunction()
