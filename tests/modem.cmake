# The virtual module: its AT interface, with a clock that is moved by hand.
add_library(module-rig STATIC module_rig.c keys_sample.c scratch_folder.c)
target_compile_definitions(module-rig PRIVATE
    FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}" _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
target_link_libraries(module-rig PUBLIC fwdelta-module fwdelta-gen fwdelta-verify-xz
    PkgConfig::CHECK Threads::Threads PRIVATE fwdelta-flags)

fwd_test(test_at_vectors test_at_vectors.c LIBS module-rig)
