# Counterexamples of the models, gone through with the code that lacks a rule, too, and with the real one.
if(NOT FWD_SANITIZE)
    add_library(replay-trace OBJECT model/replay_trace.c model/replay_device.c model/replay_flash.c)
    target_link_libraries(replay-trace PRIVATE install-rig fwdelta-flags)
    add_executable(replay_trace $<TARGET_OBJECTS:replay-trace>)
    target_link_libraries(replay_trace PRIVATE install-rig)
    foreach(broken all_raise_counters:trust/start_test.c start_believed:trust/start_test.c
            turned_at_once:install/install.c given_up_halfway:install/install.c
            unchecked_step:rehearse/step_run.c unrecorded_backup:install/apply.c
            uncounted_runs:install/trial.c stays_at_once:install/trial.c
            counted_on_trial:install/boot.c unproven_undo:undo/undo.c
            left_as_it_reads:undo/undo.c)
        string(REGEX MATCH "^[a-z_]+" name ${broken})
        string(REGEX REPLACE "^[a-z_]+:" "" file ${broken})
        fwd_broken_source(${name} ${file})
        add_executable(replay_trace_${name} $<TARGET_OBJECTS:replay-trace>
            ${CMAKE_CURRENT_BINARY_DIR}/broken_${name}.c)
        target_link_libraries(replay_trace_${name} PRIVATE install-rig)
    endforeach()
    add_test(NAME model_replay
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/model/run.sh replay ${CMAKE_CURRENT_BINARY_DIR})
    set_tests_properties(model_replay PROPERTIES TIMEOUT 600 COST 50 PROCESSORS 2)
endif()
