# Package vectors: the program that writes tests/vectors/, and what becomes of each on a device.
add_executable(make_vectors vectors/make_vectors.c vectors/vector_package.c vectors/vector_manifest.c
    vectors/vector_payload.c vectors/vector_draft.c vectors/vector_xz.c)
target_link_libraries(make_vectors PRIVATE fwdelta-gen fwdelta-keys fwdelta-flags)
target_compile_definitions(make_vectors PRIVATE FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
fwd_test(test_vectors vectors/test_vectors.c hostio/scratch_folder.c LIBS fwdelta-module fwdelta-verify-xz)
target_compile_definitions(test_vectors PRIVATE
    _XOPEN_SOURCE=700 FWD_MAKE_VECTORS="$<TARGET_FILE:make_vectors>")
add_dependencies(test_vectors make_vectors)
