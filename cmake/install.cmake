# What `cmake --install` puts where: the program with its man pages, and the device library.

# build/release/fwdelta is easier to find than build/release/cli/fwdelta.
set_target_properties(fwdelta fwdelta-campaign fwdelta-module-program PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
install(TARGETS fwdelta RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
# Programs that fwdelta becomes; each has libraries of its own, and is a package of its own.
install(TARGETS fwdelta-campaign RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fwdelta
    COMPONENT campaign)
install(TARGETS fwdelta-module-program RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fwdelta
    COMPONENT module)
install(DIRECTORY cli/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program
    FILES_MATCHING PATTERN "*.1")
install(DIRECTORY schemas/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fwdelta/schemas COMPONENT program
    FILES_MATCHING PATTERN "*.json")
include(${CMAKE_CURRENT_LIST_DIR}/install_device.cmake)
