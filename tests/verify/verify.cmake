# A simulated device with the installer on it, for all of these.
add_library(install-rig STATIC verify/rig/install_codec.c verify/rig/install_cuts.c verify/rig/install_images.c verify/rig/install_look.c
    verify/rig/install_package.c verify/rig/install_rig.c verify/rig/install_shapes.c)
target_link_libraries(install-rig
    PUBLIC fwdelta-module PkgConfig::CHECK Threads::Threads PRIVATE fwdelta-flags)
foreach(name area backup journal stage boot install install_again install_faults install_lost refuse
        refuse_bytes refuse_order cuts cuts_twice cuts_broken)
    fwd_test(test_${name} verify/test_${name}.c LIBS install-rig)
endforeach()
fwd_test(test_recovery verify/test_recovery.c format/spec_table.c LIBS install-rig)
fwd_test(test_application verify/test_application.c LIBS install-rig)
add_library(conditions-rig STATIC verify/rig/conditions_rig.c)
target_link_libraries(conditions-rig PUBLIC install-rig PRIVATE fwdelta-flags)
fwd_test(test_conditions verify/conditions/test_conditions.c LIBS conditions-rig)
fwd_test(test_expiry verify/conditions/test_expiry.c LIBS conditions-rig)
add_library(slices-rig STATIC verify/rig/slices_rig.c)
target_link_libraries(slices-rig PUBLIC install-rig PRIVATE fwdelta-flags)
fwd_test(test_slices verify/slices/test_slices.c LIBS slices-rig)
fwd_test(test_slices_between verify/slices/test_slices_between.c LIBS slices-rig)
fwd_test(test_trial verify/test_trial.c LIBS install-rig)
fwd_test(test_undo verify/test_undo.c LIBS install-rig)
fwd_test(test_doubt verify/test_doubt.c LIBS install-rig)
fwd_test(test_blind_version verify/test_blind_version.c LIBS install-rig)
fwd_test(test_journal_rules verify/test_journal_rules.c LIBS install-rig)
fwd_test(test_hashed verify/test_hashed.c LIBS install-rig)
fwd_test(test_liveness verify/test_liveness.c LIBS install-rig)
fwd_test(test_loose_proof verify/test_loose_proof.c LIBS install-rig)
fwd_test(test_boot_answers verify/test_boot_answers.c format/spec_table.c LIBS install-rig)
fwd_test(test_states verify/test_states.c format/spec_table.c LIBS fwdelta-verify)
set_tests_properties(test_cuts test_cuts_twice PROPERTIES TIMEOUT 3600 COST 300)
# test_cuts has the first cut, test_torture a second one
set_tests_properties(test_cuts_twice PROPERTIES LABELS long)
if(FWD_SANITIZE)
    set_tests_properties(test_recovery PROPERTIES LABELS long)
endif()
add_library(keyring-rig STATIC verify/rig/keyring_rig.c)
target_link_libraries(keyring-rig
    PUBLIC fwdelta-gen fwdelta-module PkgConfig::CHECK PRIVATE fwdelta-flags)
target_compile_definitions(keyring-rig PRIVATE _XOPEN_SOURCE=700)
fwd_test(test_keyring verify/keyring/test_keyring.c LIBS keyring-rig)
fwd_test(test_keyring_slices verify/keyring/test_keyring_slices.c LIBS keyring-rig)
fwd_test(test_keyring_cuts verify/keyring/test_keyring_cuts.c LIBS keyring-rig)

# Skipped instructions, by ptrace: only of a program without sanitizers, whose addresses are fixed.
if(NOT FWD_SANITIZE)
    add_executable(skip_probe verify/skip_probe.c)
    target_link_libraries(skip_probe PRIVATE install-rig fwdelta-flags)
    target_compile_definitions(skip_probe PRIVATE _DEFAULT_SOURCE)
    target_link_options(skip_probe PRIVATE -no-pie)
    add_test(NAME no_skipped_instruction_starts_forged_firmware
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_skips.sh $<TARGET_FILE:skip_probe>)
    set_tests_properties(no_skipped_instruction_starts_forged_firmware PROPERTIES
        SKIP_RETURN_CODE 77 TIMEOUT 3600)
endif()
