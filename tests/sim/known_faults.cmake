# Each fault of test_known_faults is a test of its own. What stands in FWD_KNOWN_FAULTS still fails: when it
# is mended its test fails here, and its name is to be taken out of the list.
set(FWD_KNOWN_FAULTS
    forged_way_out)

fwd_parts(sources sim/test_known_faults.c sim/trust_rig.c sim/trust_forge.c)
add_executable(test_known_faults ${sources})
target_link_libraries(test_known_faults PRIVATE torture-rig fwdelta-flags)
target_compile_definitions(test_known_faults PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
foreach(name rig lost_journal forged_steps forged_verified forged_counter forged_role lost_counter file_store
        power_never_lasts watchdog worn_journal worn_version stale_slot last_sequence)
    add_test(NAME known_fault_${name} COMMAND test_known_faults ${name})
    set_tests_properties(known_fault_${name} PROPERTIES TIMEOUT 600)
    if(name IN_LIST FWD_KNOWN_FAULTS)
        set_tests_properties(known_fault_${name} PROPERTIES WILL_FAIL ON)
    endif()
endforeach()

# Records that somebody forged.
fwd_parts(sources sim/test_forged.c sim/trust_rig.c sim/trust_forge.c)
add_executable(test_forged ${sources})
target_link_libraries(test_forged PRIVATE torture-rig fwdelta-flags)
target_compile_definitions(test_forged PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
foreach(name records way_out)
    add_test(NAME known_fault_forged_${name} COMMAND test_forged ${name})
    set_tests_properties(known_fault_forged_${name} PROPERTIES TIMEOUT 900)
    if(forged_${name} IN_LIST FWD_KNOWN_FAULTS)
        set_tests_properties(known_fault_forged_${name} PROPERTIES WILL_FAIL ON)
    endif()
endforeach()
if(FWD_SANITIZE)
    set_tests_properties(known_fault_forged_records known_fault_forged_way_out PROPERTIES LABELS long)
endif()

# The proof on devices with more wrong than a power cut.
fwd_parts(sources sim/test_torture_variants.c)
add_executable(test_torture_variants ${sources})
target_link_libraries(test_torture_variants PRIVATE torture-rig fwdelta-flags)
target_compile_definitions(test_torture_variants PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
foreach(name past starts starts_ab worn processes ids history watchdog)
    add_test(NAME torture_variants_${name} COMMAND test_torture_variants ${name})
    set_tests_properties(torture_variants_${name} PROPERTIES TIMEOUT 900)
    if(torture_${name} IN_LIST FWD_KNOWN_FAULTS)
        set_tests_properties(torture_variants_${name} PROPERTIES WILL_FAIL ON)
    endif()
    if(FWD_SANITIZE) # the same code as in the tests of verify/, many times over
        set_tests_properties(torture_variants_${name} PROPERTIES LABELS long)
    endif()
endforeach()
if(TARGET test_torture_long AND "torture_starts_ab" IN_LIST FWD_KNOWN_FAULTS)
    target_compile_definitions(test_torture_long PRIVATE FWD_FAULTS_LEFT)
endif()
