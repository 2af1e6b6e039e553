# What `cmake --install` puts where: the program with its man pages, and for boot loaders the format
# and verify libraries with headers, a CMake package (find_package(fwdelta), targets
# fwdelta::format, fwdelta::verify, fwdelta::verify-xz) and fwdelta-verify.pc.
include(CMakePackageConfigHelpers)

set(FWD_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/fwdelta)

# build/release/fwdelta is easier to find than build/release/cli/fwdelta.
set_target_properties(fwdelta PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
install(TARGETS fwdelta RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY cli/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program
    FILES_MATCHING PATTERN "*.1")

foreach(part format verify verify-xz)
    set_target_properties(fwdelta-${part} PROPERTIES EXPORT_NAME ${part})
    install(TARGETS fwdelta-${part} EXPORT fwdelta-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
endforeach()
install(DIRECTORY format DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fwdelta COMPONENT library
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
# verify/verify.h and what it includes, and version.h for provisioning; the other headers are the
# library's own business.
foreach(header codec ports update_state verify)
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES verify/${header}.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fwdelta/verify/${folder} COMPONENT library)
endforeach()
install(FILES README.md LICENSE SECURITY.md CHANGELOG.md format/SPEC.md verify/PORTING.md
    verify/DESIGN.md samples/porting/boot_example.c DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library OPTIONAL)

install(EXPORT fwdelta-targets NAMESPACE fwdelta:: DESTINATION ${FWD_PACKAGE_DIR}
    COMPONENT library)
configure_package_config_file(cmake/fwdeltaConfig.cmake.in
    ${PROJECT_BINARY_DIR}/fwdeltaConfig.cmake INSTALL_DESTINATION ${FWD_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fwdeltaConfigVersion.cmake
    COMPATIBILITY SameMajorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/fwdeltaConfig.cmake ${PROJECT_BINARY_DIR}/fwdeltaConfigVersion.cmake
    DESTINATION ${FWD_PACKAGE_DIR} COMPONENT library)

# Relative, so that it still holds when `cmake --install --prefix` chooses another place.
file(RELATIVE_PATH FWD_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" FWD_PC_TO_PREFIX "${FWD_PC_TO_PREFIX}")
configure_file(cmake/fwdelta-verify.pc.in ${PROJECT_BINARY_DIR}/fwdelta-verify.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fwdelta-verify.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
