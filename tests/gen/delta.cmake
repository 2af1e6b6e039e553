# The codec `fwd`: its parts, whole sections, hostile streams.
foreach(name coder map refs codec hostile)
    fwd_test(test_delta_${name} gen/test_delta_${name}.c gen/delta_rig.c gen/gen_rig.c LIBS fwdelta-gen)
endforeach()
set_tests_properties(test_delta_codec PROPERTIES COST 300)
