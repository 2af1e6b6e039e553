# How packages reach the virtual module: Xmodem, FTP, HTTP, and what a host must keep to.
foreach(name test_xmodem test_xmodem_damage)
    fwd_test(${name} module/transport/${name}.c module/transport/xmodem_line.c module/transport/xmodem_sender.c
        LIBS fwdelta-module)
endforeach()
fwd_test(test_xmodem_sx module/transport/test_xmodem_sx.c module/peer_process.c hostio/scratch_folder.c
    ${PROJECT_SOURCE_DIR}/samples/host/host_link.c ${PROJECT_SOURCE_DIR}/samples/host/host_xmodem.c
    PTY LIBS fwdelta-module)
set(FWD_SERVER_RIG module/transport/server_rig.c module/peer_process.c hostio/scratch_folder.c)
fwd_test(test_ftp module/transport/test_ftp.c ${FWD_SERVER_RIG} LIBS fwdelta-module)
fwd_test(test_http module/transport/test_http.c ${FWD_SERVER_RIG} LIBS fwdelta-module)
fwd_test(test_transfer module/transport/test_transfer.c ${FWD_SERVER_RIG} LIBS fwdelta-module)
foreach(name test_xmodem test_xmodem_damage test_xmodem_sx test_ftp test_http test_transfer)
    target_compile_definitions(${name} PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
endforeach()
fwd_test(test_logcheck_rules module/test_logcheck_rules.c LIBS fwdelta-module)

# The module as a process, with those programs at the other end.
fwd_test(test_module_peers module/process/test_module_peers.c module/process/module_process.c module/transport/server_rig.c module/peer_process.c
    PTY LIBS module-rig)
target_compile_definitions(test_module_peers PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE
    FWD_PROGRAM="$<TARGET_FILE:fwdelta>")
set_tests_properties(test_module_peers PROPERTIES TIMEOUT 300 COST 400)
# waits for real timers; what it drives has tests with those peers, but without the process
set_tests_properties(test_module_peers PROPERTIES LABELS long)
fwd_pty_test(module_page sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_module_page.sh
    $<TARGET_FILE:fwdelta>)
set_tests_properties(module_page PROPERTIES TIMEOUT 300 COST 350)
# The sample host for Telit modules, by each protocol.
fwd_pty_test(telit_host sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_telit_host.sh
    $<TARGET_FILE:fwdelta>)
set_tests_properties(telit_host PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 COST 350)
if(FWD_SANITIZE)
    set_tests_properties(telit_host PROPERTIES LABELS long)
    set_tests_properties(module_page PROPERTIES LABELS long)
endif()
