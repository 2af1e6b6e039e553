# The module against programs that are not ours: tests/run.sh --with peers.
set(FWD_PEERS ${CMAKE_CURRENT_BINARY_DIR}/peers)

add_test(NAME peers_are_there COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/peers/install.sh ${FWD_PEERS})
set_tests_properties(peers_are_there PROPERTIES
    LABELS with-peers FIXTURES_SETUP peers SKIP_RETURN_CODE 77 TIMEOUT 600)

# fwd_peer_test(NAME LABEL SCRIPT ARGUMENTS...)
function(fwd_peer_test name label script)
    add_test(NAME ${name} COMMAND with_pty python3 ${CMAKE_CURRENT_SOURCE_DIR}/peers/${script}.py
        $<TARGET_FILE:fwdelta> ${FWD_PEERS}/node_modules ${ARGN})
    set_tests_properties(${name} PROPERTIES
        LABELS ${label} FIXTURES_REQUIRED peers SKIP_RETURN_CODE 77 TIMEOUT 3600)
endfunction()

add_executable(dtls_front peers/dtls_front.c)
target_link_libraries(dtls_front PRIVATE mbedtls mbedx509 mbedcrypto fwdelta-flags)
target_compile_definitions(dtls_front PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)

fwd_peer_test(ufota_peers with-peers ufota_peers)
fwd_peer_test(ufota_capture with-peers ufota_capture)
# the seeds are always the same here; other numbers are other moments
foreach(who module server nginx)
    fwd_peer_test(ufota_kills_${who} with-peers ufota_kills ${who} 5 1)
    fwd_peer_test(ufota_kills_${who}_100_times long ufota_kills ${who} 100 1000)
endforeach()
fwd_peer_test(host_ways with-peers host_ways)
