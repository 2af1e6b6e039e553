add_library(part-fuzz_replay OBJECT fuzz/fuzz_replay.c)
target_link_libraries(part-fuzz_replay PRIVATE fwdelta-flags)
target_compile_definitions(part-fuzz_replay PRIVATE _XOPEN_SOURCE=700)

# fwd_fuzz(NAME SOURCES... [MUTANTS N] LIBS libraries...): the target fuzz_NAME; by default it replays its
# corpus, and N files made of it, with -DFWD_FUZZ=ON (clang) it looks for more. See tests/fuzz/README.md.
function(fwd_fuzz name)
    cmake_parse_arguments(ARG "" "MUTANTS" "LIBS" ${ARGN})
    set(mutants)
    if(ARG_MUTANTS)
        set(mutants --mutants=${ARG_MUTANTS})
    endif()
    set(driver fuzz/fuzz_replay.c)
    if(FWD_FUZZ)
        set(driver)
    endif()
    set(own fuzz/fuzz_${name}.c) # or one of the other sources is for several targets
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${own})
        set(own)
    endif()
    fwd_parts(sources ${own} ${driver} ${ARG_UNPARSED_ARGUMENTS})
    add_executable(fuzz_${name} ${sources})
    target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS} fwdelta-flags)
    target_compile_definitions(fuzz_${name} PRIVATE _XOPEN_SOURCE=700)
    if(FWD_FUZZ)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${mutants}
            ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
    endif()
endfunction()

fwd_fuzz(xmodem module/transport/xmodem_sender.c LIBS fwdelta-module)
fwd_fuzz(at fuzz/fuzz_device.c LIBS fwdelta-module)
target_compile_definitions(fuzz_at PRIVATE
    _DEFAULT_SOURCE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
fwd_fuzz(telit fuzz/fuzz_device.c MUTANTS 300 LIBS fwdelta-module)
target_compile_definitions(fuzz_telit PRIVATE
    _DEFAULT_SOURCE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
fwd_fuzz(telit_server MUTANTS 2000 LIBS fwdelta-module)
fwd_fuzz(fwd_decode LIBS fwdelta-gen)
fwd_fuzz(fwd_roundtrip LIBS fwdelta-gen)
fwd_fuzz(lite_decode fuzz/fuzz_fwd_decode.c MUTANTS 3000 LIBS fwdelta-gen)
target_compile_definitions(fuzz_lite_decode PRIVATE FUZZED=fwd_codec_lite)

# What LwM2M servers send: values in each format, and messages to a module as a whole.
foreach(name tlv senml_json senml_cbor lwm2m_json lwm2m_path)
    fwd_fuzz(${name} fuzz/fuzz_value_format.c LIBS fwdelta-manage)
endforeach()
fwd_fuzz(coap fuzz/fuzz_coap_peer.c fuzz/fuzz_device.c LIBS fwdelta-module)
target_compile_definitions(fuzz_coap PRIVATE
    _DEFAULT_SOURCE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# Image files, each format with what mends its checksums.
add_library(part-image_repair OBJECT fuzz/image_repair.c)
target_link_libraries(part-image_repair PRIVATE fwdelta-gen fwdelta-keys fwdelta-flags)
set(FWD_IMAGE_FORMATS hex srec elf uf2 dfu esp mcuboot)
foreach(format ${FWD_IMAGE_FORMATS})
    fwd_fuzz(image_${format} fuzz/fuzz_image.c fuzz/image_repair.c MUTANTS 1000
        LIBS fwdelta-gen fwdelta-keys)
    target_compile_definitions(fuzz_image_${format} PRIVATE REPAIR=repair_${format})
endforeach()

# What people and other tools write, and what stands before and behind a signature.
fwd_fuzz(description MUTANTS 1000 LIBS fwdelta-sim)
find_package(BZip2 REQUIRED)
fwd_fuzz(bsdiff40 MUTANTS 1000 LIBS fwdelta-gen BZip2::BZip2)
fwd_fuzz(sigblock MUTANTS 1000 LIBS fwdelta-gen)
fwd_fuzz(manifest MUTANTS 1000 LIBS fwdelta-gen)
fwd_fuzz(authenticate MUTANTS 1000 LIBS fwdelta-gen fwdelta-keys)

# What the library keeps in flash, and sets of keys.
fwd_fuzz(trust_set MUTANTS 1000 LIBS fwdelta-gen fwdelta-keys)
foreach(record journal version staging)
    fwd_fuzz(record_${record} fuzz/fuzz_record.c MUTANTS 1000 LIBS fwdelta-verify)
    target_compile_definitions(fuzz_record_${record} PRIVATE RECORD=${record})
endforeach()

# The decoders that are built on liblzma.
fwd_fuzz(xz_decode fuzz/fuzz_fwd_decode.c MUTANTS 3000 LIBS fwdelta-gen fwdelta::xz)
target_compile_definitions(fuzz_xz_decode PRIVATE FUZZED=fwd_codec_xz PARAMS=1u)
fwd_fuzz(bsdiff_xz_decode fuzz/fuzz_fwd_decode.c MUTANTS 3000 LIBS fwdelta-gen fwdelta::xz)
target_compile_definitions(fuzz_bsdiff_xz_decode PRIVATE FUZZED=fwd_codec_bsdiff_xz PARAMS=11u)
