# The codec `fwd`: its parts, whole sections, hostile streams.
foreach(name delta_coder delta_runs delta_map correction_cache run_window source_window delta_refs delta_codec
        delta_hostile)
    fwd_test(test_${name} gen/refdelta/test_${name}.c gen/refdelta/delta_rig.c gen/gen_rig.c LIBS fwdelta-gen)
endforeach()
fwd_test(test_x86_shape gen/test_x86_shape.c LIBS fwdelta-gen)
fwd_test(test_locate gen/test_locate.c gen/refdelta/delta_rig.c LIBS fwdelta-gen)
set_tests_properties(test_delta_codec PROPERTIES COST 300)
