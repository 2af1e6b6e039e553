# The models that spin checks, against the code's table of states; the full budgets have the label "long".
if(NOT FWD_SANITIZE)
    add_executable(model_states model/model_states.c)
    target_link_libraries(model_states PRIVATE fwdelta-verify fwdelta-flags)
    add_test(NAME model COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/model/run.sh $<TARGET_FILE:model_states> short)
    set_tests_properties(model PROPERTIES TIMEOUT 600 COST 100 PROCESSORS 2)
    add_test(NAME model_long COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/model/run.sh $<TARGET_FILE:model_states> long)
    set_tests_properties(model_long PROPERTIES LABELS long TIMEOUT 3600 COST 100 PROCESSORS 2)
endif()
