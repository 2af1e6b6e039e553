# The power-loss proof; what has the label "long" runs with `sh tests/run.sh --long` only.
fwd_parts(sources sim/torture_rig.c gen/gen_rig.c keys/keys_sample.c hostio/scratch_folder.c)
add_library(torture-rig STATIC ${sources})
target_compile_definitions(torture-rig PRIVATE
    FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}" _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
target_link_libraries(torture-rig PUBLIC fwdelta-module fwdelta-history fwdelta-gen fwdelta-verify-xz
    PkgConfig::CHECK Threads::Threads PRIVATE fwdelta-flags)

fwd_test(test_torture sim/test_torture.c LIBS torture-rig)
set_tests_properties(test_torture PROPERTIES TIMEOUT 900)
if(FWD_SANITIZE)
    target_compile_definitions(test_torture PRIVATE FWD_QUICK) # several times slower
endif()
fwd_test(test_torture_keys verify/keyring/test_torture_keys.c LIBS keyring-rig)

fwd_test(test_flash_cost sim/flash/test_flash_cost.c LIBS torture-rig)
fwd_test(test_certificate sim/test_certificate.c LIBS torture-rig)
fwd_test(test_codes sim/test_codes.c sim/codes_rig.c LIBS torture-rig)
fwd_test(test_faults sim/test_faults.c sim/faults_rig.c sim/codes_rig.c LIBS torture-rig)
set_tests_properties(test_faults PROPERTIES TIMEOUT 600)
if(FWD_SANITIZE) # the same code as in the tests of verify/, many times over
    set_tests_properties(test_torture test_flash_cost test_certificate test_codes test_faults
        PROPERTIES LABELS long)
else()
    set_tests_properties(test_torture PROPERTIES COST 900)
    set_tests_properties(test_faults PROPERTIES COST 500)
endif()

# The harness sees a loss: one source file of the installer is replaced by a broken copy; the rest
# comes from the library.
function(fwd_broken_source name file)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/broken_${name}.c)
    add_custom_command(OUTPUT ${out}
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/broken/break.sh ${PROJECT_SOURCE_DIR}/verify/${file}
            ${out} ${CMAKE_CURRENT_SOURCE_DIR}/broken/${name}.sed
        DEPENDS ${PROJECT_SOURCE_DIR}/verify/${file} broken/break.sh broken/${name}.sed)
endfunction()

# ab: on a device with two slots; twice: with two cuts
function(fwd_broken name file ab twice)
    fwd_broken_source(${name} ${file})
    fwd_test(test_broken_${name} sim/test_torture_broken.c
        ${CMAKE_CURRENT_BINARY_DIR}/broken_${name}.c LIBS torture-rig)
    target_compile_definitions(test_broken_${name} PRIVATE 
        FWD_BROKEN_AB=${ab} FWD_BROKEN_TWICE=${twice})
endfunction()

# A test of the installer, linked with a broken one, is seen to fail. ARGN: its arguments.
function(fwd_broken_test name file test)
    fwd_broken_source(${name} ${file})
    get_target_property(sources ${test} SOURCES)
    list(FILTER sources INCLUDE REGEX TARGET_OBJECTS)
    add_executable(test_broken_${name} $<TARGET_OBJECTS:${test}> ${sources}
        ${CMAKE_CURRENT_BINARY_DIR}/broken_${name}.c)
    get_target_property(libraries ${test} LINK_LIBRARIES)
    target_link_libraries(test_broken_${name} PRIVATE ${libraries})
    add_test(NAME test_broken_${name} COMMAND test_broken_${name} ${ARGN})
    set_tests_properties(test_broken_${name} PROPERTIES
        TIMEOUT 300 PASS_REGULAR_EXPRESSION "Failures: [1-9][0-9]*, Errors: 0")
endfunction()

# Once, in the build without sanitizers: an installer that is broken, and hours of cuts.
if(NOT FWD_SANITIZE)
    fwd_broken(backup_before_data install/apply.c 0 0)
    fwd_broken(unrecorded_backup install/apply.c 0 0)
    fwd_broken(journal_before_data install/apply.c 0 0)
    fwd_broken(slot_before_data rehearse/slot.c 1 0)
    fwd_broken(blank_is_erased rehearse/step_run.c 0 0)
    fwd_broken(no_settle install/resume.c 0 1)
    fwd_broken(journal_erased_first flash/journal_pair.c 0 0)

    fwd_broken_test(bank_in_force keyring/keyring.c test_torture_keys broken)

    fwd_broken_source(no_read_back rehearse/step_run.c)
    fwd_test(test_broken_no_read_back sim/test_faults_broken.c sim/faults_rig.c sim/codes_rig.c
        ${CMAKE_CURRENT_BINARY_DIR}/broken_no_read_back.c LIBS torture-rig)

    # The long matrix; one command runs it.
    add_executable(test_torture_long sim/test_torture_long.c)
    target_link_libraries(test_torture_long PRIVATE torture-rig fwdelta-flags)
    target_compile_definitions(test_torture_long PRIVATE
        FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}" _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
    add_test(NAME torture_matrix COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/torture_matrix.sh
        ${PROJECT_BINARY_DIR} ${PROJECT_BINARY_DIR}/../corpus)
    set_tests_properties(torture_matrix PROPERTIES LABELS long TIMEOUT 14400 RUN_SERIAL ON)
endif()
# The script for users, with all rows F1 to F30.
add_test(NAME result_codes COMMAND sh ${PROJECT_SOURCE_DIR}/samples/result_codes.sh
    $<TARGET_FILE:fwdelta>)
set_tests_properties(result_codes PROPERTIES TIMEOUT 300 COST 200)
if(FWD_SANITIZE)
    set_tests_properties(result_codes PROPERTIES LABELS long)
endif()

# A few of them every time.
add_test(NAME killed_some_times COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/killed_many.sh
    $<TARGET_FILE:fwdelta> 12)
set_tests_properties(killed_some_times PROPERTIES TIMEOUT 300)
if(FWD_SANITIZE)
    set_tests_properties(killed_some_times PROPERTIES LABELS long)
endif()
