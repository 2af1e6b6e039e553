# Campaigns: the server with clients that are not ours.
add_test(NAME campaign_is_served COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/campaign/check_serve.py
    $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
set_tests_properties(campaign_is_served PROPERTIES TIMEOUT 300 COST 100)
