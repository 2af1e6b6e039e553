# What `cmake --install` puts where for boot loaders, from the whole project and from verify/ alone: the
# libraries with their public headers, a CMake package (find_package(fwdelta), targets
# fwdelta::format, fwdelta::verify, fwdelta::refdelta and, with liblzma, fwdelta::xz) and for pkg-config
# fwdelta-verify.pc and fwdelta-verify-xz.pc.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_filename_component(FWD_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set(FWD_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/fwdelta)

# In sets of their own: who does not use the codecs that need liblzma need not have it.
set(FWD_EXPORTS fwdelta)
install(TARGETS fwdelta-format fwdelta-verify fwdelta-refdelta EXPORT fwdelta-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
if(TARGET fwdelta-verify-xz)
    list(APPEND FWD_EXPORTS fwdelta-xz)
    install(TARGETS fwdelta-verify-xz EXPORT fwdelta-xz-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
endif()
foreach(export ${FWD_EXPORTS})
    install(EXPORT ${export}-targets NAMESPACE fwdelta:: DESTINATION ${FWD_PACKAGE_DIR}
        COMPONENT library)
endforeach()

# verify/verify.h and what it includes, and the version record for the factory. The other headers are
# the library's own business.
foreach(header
        format/config.h
        format/limits.h
        format/manifest.h
        format/reason.h
        format/reasons.def
        format/record/journal_record.h
        format/record/version_record.h
        format/release.h
        verify/codec.h
        verify/keyring/keyring.h
        format/trust_set.h
        verify/ports.h
        verify/update_state.h
        verify/verify.h)
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES ${FWD_ROOT}/${header}
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fwdelta/${folder} COMPONENT library)
endforeach()
# Of the library alone; the whole project installs all documents.
if(NOT FWD_DOCUMENTS_ELSEWHERE)
    foreach(document README.md LICENSE SECURITY.md CHANGELOG.md format/SPEC.md format/FWD.md
            format/LITE.md verify/PORTING.md verify/DESIGN.md)
        install(FILES ${FWD_ROOT}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library)
    endforeach()
    install(DIRECTORY ${FWD_ROOT}/samples/porting DESTINATION ${CMAKE_INSTALL_DOCDIR}/samples
        COMPONENT library)
endif()

configure_package_config_file(${FWD_ROOT}/cmake/fwdeltaConfig.cmake.in
    ${PROJECT_BINARY_DIR}/fwdeltaConfig.cmake INSTALL_DESTINATION ${FWD_PACKAGE_DIR})
# The headers serve any processor; which archive is the right one is the linker's question.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fwdeltaConfigVersion.cmake
    COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES
    ${PROJECT_BINARY_DIR}/fwdeltaConfig.cmake ${PROJECT_BINARY_DIR}/fwdeltaConfigVersion.cmake
    DESTINATION ${FWD_PACKAGE_DIR} COMPONENT library)

# Relative, so that it still holds when `cmake --install --prefix` chooses another place.
file(RELATIVE_PATH FWD_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" FWD_PC_TO_PREFIX "${FWD_PC_TO_PREFIX}")
set(FWD_PC_FILES fwdelta-verify)
if(TARGET fwdelta-verify-xz)
    list(APPEND FWD_PC_FILES fwdelta-verify-xz)
endif()
foreach(name ${FWD_PC_FILES})
    configure_file(${FWD_ROOT}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endforeach()
