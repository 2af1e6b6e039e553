# Campaigns: the server with clients that are not ours.
add_test(NAME campaign_is_served COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve.py
    $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
set_tests_properties(campaign_is_served PROPERTIES TIMEOUT 300 COST 100)

# The same with virtual modules that have faults; with the label "long" 100 of them, and the server
# is killed 100 times.
add_test(NAME campaign_is_rehearsed COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_rehearse.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
set_tests_properties(campaign_is_rehearsed PROPERTIES TIMEOUT 600 COST 150)
add_test(NAME campaign_server_is_killed_100_times COMMAND python3
    ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_rehearse.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR}
    --long)
set_tests_properties(campaign_server_is_killed_100_times PROPERTIES LABELS long TIMEOUT 1800)
