add_library(part-fuzz_replay OBJECT fuzz/fuzz_replay.c)
target_link_libraries(part-fuzz_replay PRIVATE fwdelta-flags)
target_compile_definitions(part-fuzz_replay PRIVATE _XOPEN_SOURCE=700)

# fwd_fuzz(NAME SOURCES... LIBS libraries...): the target fuzz_NAME; by default it replays its corpus,
# with -DFWD_FUZZ=ON (clang) it looks for more. See tests/fuzz/README.md.
function(fwd_fuzz name)
    cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
    set(driver fuzz/fuzz_replay.c)
    if(FWD_FUZZ)
        set(driver)
    endif()
    fwd_parts(sources fuzz/fuzz_${name}.c ${driver} ${ARG_UNPARSED_ARGUMENTS})
    add_executable(fuzz_${name} ${sources})
    target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS} fwdelta-flags)
    target_compile_definitions(fuzz_${name} PRIVATE _XOPEN_SOURCE=700)
    if(FWD_FUZZ)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_test(NAME fuzz_${name} COMMAND fuzz_${name}
            ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
    endif()
endfunction()

fwd_fuzz(xmodem module/xmodem_sender.c LIBS fwdelta-module)
fwd_fuzz(at LIBS fwdelta-module)
target_compile_definitions(fuzz_at PRIVATE
    _DEFAULT_SOURCE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
fwd_fuzz(fwd_decode LIBS fwdelta-gen)
fwd_fuzz(fwd_roundtrip LIBS fwdelta-gen)

# What LwM2M servers send: values in each format, and messages to a module as a whole.
foreach(name tlv senml_json senml_cbor lwm2m_json lwm2m_path)
    fwd_fuzz(${name} fuzz/fuzz_value_format.c LIBS fwdelta-manage)
endforeach()
fwd_fuzz(coap fuzz/fuzz_coap_peer.c LIBS fwdelta-module)
target_compile_definitions(fuzz_coap PRIVATE
    _DEFAULT_SOURCE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
