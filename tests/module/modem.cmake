# The virtual module: its AT interface, with a clock that is moved by hand.
fwd_parts(sources module/module_rig.c module/module_rig_host.c module/module_rig_server.c module/module_rig_ota.c
    module/module_packages.c module/telit/telit_rig.c module/transport/xmodem_sender.c keys/keys_sample.c hostio/scratch_folder.c)
add_library(module-rig STATIC ${sources})
target_compile_definitions(module-rig PRIVATE
    FWD_SOURCE_DIR="${PROJECT_SOURCE_DIR}" _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
target_link_libraries(module-rig PUBLIC fwdelta-module fwdelta-gen fwdelta-verify-xz
    PkgConfig::CHECK Threads::Threads PRIVATE fwdelta-flags)

foreach(name at/test_at_vectors test_module_exclusion test_module_commands test_module_line test_module_kept
        test_module_update test_module_client test_module_install test_module_install_refused
        test_module_install_later test_module_retention test_module_transfer test_module_power
        test_module_sequans test_module_times telit/test_telit_registration telit/test_telit_requests
        telit/test_telit_update telit/test_telit_kept telit/test_telit_failures telit/test_smscenter)
    get_filename_component(test ${name} NAME)
    fwd_test(${test} module/${name}.c LIBS module-rig)
    target_compile_definitions(${test} PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
endforeach()
target_sources(test_at_vectors PRIVATE
    module/at/at_play.c module/at/at_play_says.c module/at/at_play_happens.c)

# The program itself, on pseudo-terminals; with the label "long" it is killed 100 times.
foreach(name test_module_process test_module_killed)
    fwd_test(${name} module/process/${name}.c module/process/module_process.c PTY LIBS module-rig)
endforeach()
fwd_test(test_event_log module/process/test_event_log.c LIBS module-rig)
target_compile_definitions(test_event_log PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
fwd_test(test_boot_window module/process/test_boot_window.c LIBS module-rig)
foreach(name test_module_process test_module_killed test_boot_window)
    target_compile_definitions(${name} PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE
        FWD_PROGRAM="$<TARGET_FILE:fwdelta>")
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endforeach()
fwd_pty_test(module_is_killed_100_times test_module_killed)
set_tests_properties(module_is_killed_100_times PROPERTIES
    LABELS long TIMEOUT 3600 ENVIRONMENT FWD_KILLS=100)

# Requirement by requirement.
add_test(NAME every_requirement_has_its_test
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_requirements.sh ${PROJECT_SOURCE_DIR})
add_test(NAME missing_requirements_are_found
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_requirements_check.sh ${PROJECT_SOURCE_DIR})
