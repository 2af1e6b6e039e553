# How packages reach the virtual module: Xmodem, FTP, HTTP, and what a host must keep to.
fwd_test(test_xmodem test_xmodem.c xmodem_sender.c LIBS fwdelta-module)
fwd_test(test_xmodem_sx test_xmodem_sx.c peer_process.c scratch_folder.c LIBS fwdelta-module)
set(FWD_SERVER_RIG server_rig.c peer_process.c scratch_folder.c)
fwd_test(test_ftp test_ftp.c ${FWD_SERVER_RIG} LIBS fwdelta-module)
fwd_test(test_http test_http.c ${FWD_SERVER_RIG} LIBS fwdelta-module)
foreach(name test_xmodem test_xmodem_sx test_ftp test_http)
    target_compile_definitions(${name} PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
endforeach()
