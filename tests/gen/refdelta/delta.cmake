# The codec `fwd`: its parts, whole sections, hostile streams.
foreach(name coder map refs codec hostile)
    fwd_test(test_delta_${name} gen/refdelta/test_delta_${name}.c gen/refdelta/delta_rig.c gen/gen_rig.c LIBS fwdelta-gen)
endforeach()
fwd_test(test_x86_shape gen/test_x86_shape.c LIBS fwdelta-gen)
fwd_test(test_locate gen/test_locate.c gen/refdelta/delta_rig.c LIBS fwdelta-gen)
set_tests_properties(test_delta_codec PROPERTIES COST 300)
