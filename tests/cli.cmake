# Command line tests: what each case prints must be its .expected file.
file(GLOB FWD_CLI_CASES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/*.expected)
foreach(expected ${FWD_CLI_CASES})
    get_filename_component(name ${expected} NAME_WE)
    add_test(NAME cli_${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/cli/run_case.sh
        $<TARGET_FILE:fwdelta> ${name})
    set_tests_properties(cli_${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
endforeach()
