# Campaigns: the server with clients that are not ours.
add_test(NAME campaign_is_served COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve.py
    $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
add_test(NAME campaign_is_served_behind_dtls COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve_keys.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
set_tests_properties(campaign_is_served campaign_is_served_behind_dtls
    PROPERTIES TIMEOUT 300 COST 100)

# A device made of lwm2m-node-lib: tests/run.sh --with peers.
add_test(NAME campaign_with_a_client_of_others COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR}
    ${FWD_PEERS}/node_modules)
set_tests_properties(campaign_with_a_client_of_others PROPERTIES
    LABELS with-peers FIXTURES_REQUIRED peers TIMEOUT 300)

add_test(NAME campaign_device_comes_back COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve_keys.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR}
    --long)
set_tests_properties(campaign_device_comes_back PROPERTIES LABELS long TIMEOUT 600)

# The same with virtual modules that have faults; with the label "long" 100 of them, and the server
# is killed 100 times.
add_test(NAME campaign_is_rehearsed COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_rehearse.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
set_tests_properties(campaign_is_rehearsed PROPERTIES TIMEOUT 600 COST 150)
if(FWD_SANITIZE)
    set_tests_properties(campaign_is_rehearsed PROPERTIES LABELS long)
endif()
add_test(NAME campaign_server_is_killed_100_times COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_rehearse.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR}
    --long)
set_tests_properties(campaign_server_is_killed_100_times PROPERTIES LABELS long TIMEOUT 1800)

# So many registrations a second for so long.
add_executable(register_load campaign/register_load.c)
target_link_libraries(register_load PRIVATE PkgConfig::COAP fwdelta-flags)
target_compile_definitions(register_load PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE)
add_executable(register_plain campaign/register_plain.c)
target_link_libraries(register_plain PRIVATE fwdelta-flags)
target_compile_definitions(register_plain PRIVATE _XOPEN_SOURCE=700 _DEFAULT_SOURCE _GNU_SOURCE)
add_test(NAME campaign_registers COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_registrations.py $<TARGET_FILE:fwdelta>
    ${PROJECT_SOURCE_DIR} $<TARGET_FILE_DIR:register_load> 1)
add_test(NAME campaign_registers_for_30_seconds COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_registrations.py $<TARGET_FILE:fwdelta>
    ${PROJECT_SOURCE_DIR} $<TARGET_FILE_DIR:register_load> 30)
add_test(NAME campaign_registers_on_a_busy_machine COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_registrations.py $<TARGET_FILE:fwdelta>
    ${PROJECT_SOURCE_DIR} $<TARGET_FILE_DIR:register_load> 30 8)
set_tests_properties(campaign_registers PROPERTIES TIMEOUT 300)
set_tests_properties(campaign_registers_for_30_seconds campaign_registers_on_a_busy_machine
    PROPERTIES LABELS long TIMEOUT 900)
