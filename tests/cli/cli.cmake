# Command line tests: what each case prints must be its .expected file.
file(GLOB FWD_CLI_CASES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/*.expected)
foreach(expected ${FWD_CLI_CASES})
    get_filename_component(name ${expected} NAME_WE)
    add_test(NAME cli_${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/cli/run_case.sh
        $<TARGET_FILE:fwdelta> ${name})
    set_tests_properties(cli_${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 COST 200)
endforeach()

# With sanitizers a start of the program takes 0.1 s. Every time: bad input of each kind, damaged
# packages, misuse, each with its leak check. With the label "long": the others, which run the same
# code mostly on good input.
if(FWD_SANITIZE)
    foreach(name slices trial certificate codes components contents costs delta_options dual files gen help inplace
            matrix memory opaque interruption keys killed other_modules recovery torture verify)
        set_tests_properties(cli_${name} PROPERTIES LABELS long)
    endforeach()
endif()
# A byte in so many is damaged; the long run takes each.
set_tests_properties(cli_inspect PROPERTIES ENVIRONMENT FWD_STRIDE=7)
fwd_test(test_torture_replay cli/test_torture_replay.c ${PROJECT_SOURCE_DIR}/cli/torture/torture_replay.c LIBS fwdelta-flags)
target_compile_definitions(test_torture_replay PRIVATE _XOPEN_SOURCE=700)
add_test(NAME replay_shows_it_again COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/replay_again.sh $<TARGET_FILE:fwdelta>)
