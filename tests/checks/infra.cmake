# The porting example, on this machine.
set(porting ${PROJECT_SOURCE_DIR}/samples/porting)
add_executable(porting ${porting}/device_example.c ${porting}/boot_example.c ${porting}/app_example.c
    ${porting}/host/porting_chip.c ${porting}/host/porting_crypto.c ${porting}/host/porting_main.c)
target_compile_definitions(porting PRIVATE _GNU_SOURCE)
target_link_libraries(porting PRIVATE fwdelta::verify fwdelta::refdelta OpenSSL::Crypto fwdelta-flags)
add_test(NAME porting_example_installs
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_porting.sh $<TARGET_FILE:porting>
        $<TARGET_FILE:fwdelta>)
# The same with a device library of the lowest limits.
get_target_property(small_format fwdelta-format SOURCES)
list(TRANSFORM small_format PREPEND ${PROJECT_SOURCE_DIR}/format/)
get_target_property(small_verify fwdelta-verify SOURCES)
list(FILTER small_verify EXCLUDE REGEX "model_code_sse2|entropy/model(_code)?\\.c") # a program of the host has one of its own
list(APPEND small_verify refdelta/entropy/model.c refdelta/entropy/model_code.c)
list(TRANSFORM small_verify PREPEND ${PROJECT_SOURCE_DIR}/verify/)
get_target_property(porting_sources porting SOURCES)
add_executable(porting_small ${porting_sources} ${small_format} ${small_verify})
target_compile_definitions(porting_small PRIVATE _GNU_SOURCE
    FWD_CONFIG="${CMAKE_CURRENT_SOURCE_DIR}/checks/size_config_small.h")
target_include_directories(porting_small PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(porting_small PRIVATE OpenSSL::Crypto fwdelta-flags)
add_test(NAME porting_example_of_low_limits_installs
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_porting.sh $<TARGET_FILE:porting_small>
        $<TARGET_FILE:fwdelta> low)

# Its crypto ports by libraries that a boot loader can have, each against OpenSSL.
find_library(MBEDCRYPTO mbedcrypto)
find_library(SODIUM sodium)
function(porting_crypto name start library algorithm)
    if(NOT library)
        message(STATUS "samples/porting/crypto_${name}.c is not tested: its library is not here")
        return()
    endif()
    add_executable(test_porting_crypto_${name} embed/test_porting_crypto.c ${porting}/crypto_${name}.c
        embed/porting_crypto_${start}.c)
    target_link_libraries(test_porting_crypto_${name} PRIVATE fwdelta::verify ${library} OpenSSL::Crypto
        PkgConfig::CHECK Threads::Threads fwdelta-flags)
    add_test(NAME test_porting_crypto_${name} COMMAND test_porting_crypto_${name} ${algorithm})
endfunction()
porting_crypto(psa psa_start "${MBEDCRYPTO}" p256)
porting_crypto(sodium no_start "${SODIUM}" ed25519)

add_test(NAME devices_that_describe_chips_work
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_chips.sh $<TARGET_FILE:fwdelta>)

add_test(NAME other_processors_work
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_processors.sh $<TARGET_FILE:fwdelta>)

# Checks of the tree and of the program as a whole: once, in the build without sanitizers. What has
# the label "long" runs with `sh tests/run.sh --long` only.
if(NOT FWD_SANITIZE)
    add_test(NAME layer_rule_is_kept
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_layers.sh ${PROJECT_SOURCE_DIR})
    add_test(NAME layer_check_finds_offences
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_layers_check.sh)
    add_test(NAME file_options_are_listed
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_file_options.sh)
    add_test(NAME documents_name_options_that_exist
        COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_documents.py $<TARGET_FILE:fwdelta>
            ${PROJECT_SOURCE_DIR})
    add_test(NAME threats_have_their_tests
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_threats.sh ${PROJECT_SOURCE_DIR}/SECURITY.md
            ${PROJECT_BINARY_DIR})
    add_test(NAME scripts_count_and_say_what_is_missing
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_run.sh)
    add_test(NAME exports_are_declared_where_they_belong
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_exports.sh ${PROJECT_BINARY_DIR})
    add_test(NAME export_check_finds_offences
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_exports_check.sh)
    add_test(NAME device_code_is_freestanding
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_freestanding.sh ${PROJECT_SOURCE_DIR})
    add_test(NAME decode_rates_are_measured
        COMMAND sh ${PROJECT_SOURCE_DIR}/bench/m4/rates.sh --check)
    add_test(NAME static_analysis_finds_nothing
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_static.sh ${PROJECT_SOURCE_DIR})
    add_test(NAME readme_size_table_is_measured
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/size_table.sh --check ${PROJECT_SOURCE_DIR}/README.md)
    add_test(NAME device_table_is_what_the_descriptions_say
        COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/checks/device_table.py --check
            ${PROJECT_SOURCE_DIR}/samples/devices/README.md ${PROJECT_SOURCE_DIR}/verify/PORTING.md)
    add_test(NAME sizes_in_documents_are_measured
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/size_table.sh --check-numbers
            ${PROJECT_SOURCE_DIR}/verify/PORTING.md)
    add_test(NAME installed_library_can_be_used
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_install.sh ${PROJECT_BINARY_DIR})
    add_test(NAME device_library_builds_in_another_project
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_embed.sh)
    add_test(NAME device_library_builds_for_arm
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_embed.sh --arm)
    set_tests_properties(device_library_builds_for_arm PROPERTIES LABELS long SKIP_RETURN_CODE 77)
    # On emulated processors: a boot loader whose power is cut.
    set(bootloader env FWDELTA=$<TARGET_FILE:fwdelta> sh ${PROJECT_SOURCE_DIR}/samples/bootloader/run.sh)
    add_test(NAME boot_loader_comes_back_after_cuts COMMAND ${bootloader})
    set_tests_properties(boot_loader_comes_back_after_cuts PROPERTIES LABELS with-emulator TIMEOUT 1200)
    add_test(NAME readme_part_table_is_measured
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/part_table.sh --check ${PROJECT_SOURCE_DIR}/README.md)
    set_tests_properties(readme_part_table_is_measured PROPERTIES
        LABELS with-emulator TIMEOUT 600 SKIP_RETURN_CODE 77)
    add_test(NAME boot_loader_comes_back_after_many_cuts
        COMMAND ${bootloader} --chosen 2000 --random 500 --again 30 --seed 2)
    set_tests_properties(boot_loader_comes_back_after_many_cuts PROPERTIES LABELS long TIMEOUT 20000)
    add_test(NAME walkthrough_ends_with_128
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_walkthrough.sh $<TARGET_FILE:fwdelta>)
    add_test(NAME stolen_key_is_retired_and_revoked
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_stolen_key.sh $<TARGET_FILE:fwdelta>)
    add_test(NAME cli_pipelines_of_samples_run
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_ci.sh $<TARGET_FILE:fwdelta>)
    add_test(NAME package_bytes_depend_on_input_only
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_same_bytes.sh $<TARGET_FILE:fwdelta>)
    add_executable(section_of gen/section_of.c)
    target_link_libraries(section_of PRIVATE fwdelta-gen fwdelta-flags)
    add_test(NAME package_bytes_are_the_same_on_32_bits
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_32_bits.sh $<TARGET_FILE:section_of>
            ${PROJECT_BINARY_DIR}/../corpus)
    set_tests_properties(package_bytes_are_the_same_on_32_bits PROPERTIES
        LABELS long TIMEOUT 600 SKIP_RETURN_CODE 77)
    add_test(NAME benchmark_measures_one_pair
        COMMAND sh ${PROJECT_SOURCE_DIR}/bench/run.sh --quick --fwdelta $<TARGET_FILE:fwdelta>
            --out ${PROJECT_BINARY_DIR}/bench/quick)
    add_test(NAME benchmark_compares_one_pair
        COMMAND sh ${PROJECT_SOURCE_DIR}/bench/ratios.sh --quick --fwdelta $<TARGET_FILE:fwdelta>
            --out ${PROJECT_BINARY_DIR}/bench/ratios)
    add_test(NAME fwd_specification_is_enough
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_fwd_spec.sh $<TARGET_FILE:fwdelta>
            ${PROJECT_BINARY_DIR}/../corpus)
    add_test(NAME real_firmware_installs
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_corpus.sh $<TARGET_FILE:fwdelta>
            ${PROJECT_BINARY_DIR}/../corpus)
    add_test(NAME valgrind_finds_nothing
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_valgrind.sh ${PROJECT_BINARY_DIR})
    # The packages, looked through and used where nothing is installed.
    add_test(NAME packages_install_on_a_bare_machine
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_packages.sh --bare)
    set_tests_properties(packages_install_on_a_bare_machine PROPERTIES
        LABELS "long;with-bare" TIMEOUT 3600 SKIP_RETURN_CODE 77)
    add_test(NAME ten_thousand_jobs_are_planned
        COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_plan.py $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR})
    # Many packages by engines of other people.
    add_test(NAME engines_of_samples_make_the_same_packages
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_engines.sh $<TARGET_FILE:fwdelta>)
    set_tests_properties(engines_of_samples_make_the_same_packages PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
    # What gen writes for those who keep account, by the public schema.
    add_test(NAME bill_of_materials_is_valid
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_sbom.sh $<TARGET_FILE:fwdelta>
            ${PROJECT_BINARY_DIR}/../cyclonedx)
    set_tests_properties(bill_of_materials_is_valid PROPERTIES LABELS long TIMEOUT 300 SKIP_RETURN_CODE 77)
    # A release of 480 packages, in one run and in one that is killed 50 times.
    add_test(NAME many_packages_are_the_same_after_kills
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_matrix.sh $<TARGET_FILE:fwdelta>)
    set_tests_properties(many_packages_are_the_same_after_kills PROPERTIES LABELS long TIMEOUT 7200 COST 900)
    # Pages in a browser: sh tests/run.sh --with browser
    add_test(NAME pages_are_right_in_a_browser
        COMMAND /usr/bin/python3 ${PROJECT_SOURCE_DIR}/tests/browser/check_pages.py
            $<TARGET_FILE:fwdelta> ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/screenshots)
    set_tests_properties(pages_are_right_in_a_browser PROPERTIES
        LABELS with-browser TIMEOUT 600 SKIP_RETURN_CODE 77)
    # Many packages by a cluster of one node: sh tests/run.sh --with slurm
    add_test(NAME slurm_makes_the_same_packages
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/check_slurm.sh $<TARGET_FILE:fwdelta>)
    set_tests_properties(slurm_makes_the_same_packages PROPERTIES
        LABELS with-slurm TIMEOUT 900 SKIP_RETURN_CODE 77)
    # The README's commands where nothing is installed: sh tests/run.sh --with bare
    add_test(NAME both_commands_run_on_a_bare_machine
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/checks/bare_machine.sh)
    set_tests_properties(both_commands_run_on_a_bare_machine PROPERTIES
        LABELS "long;with-bare" TIMEOUT 3600 SKIP_RETURN_CODE 77)
    # The longest goes first.
    set_tests_properties(static_analysis_finds_nothing PROPERTIES COST 1000 TIMEOUT 1500)
    set_tests_properties(device_code_is_freestanding readme_size_table_is_measured PROPERTIES COST 400)
    set_tests_properties(real_firmware_installs valgrind_finds_nothing benchmark_measures_one_pair
        PROPERTIES
        LABELS long TIMEOUT 7200)
    set_tests_properties(fwd_specification_is_enough PROPERTIES SKIP_RETURN_CODE 77)
    set_tests_properties(readme_size_table_is_measured PROPERTIES
        LABELS long SKIP_RETURN_CODE 77)
    set_tests_properties(installed_library_can_be_used PROPERTIES
        ENVIRONMENT "CC=${CMAKE_C_COMPILER}")
endif()
