# What `cmake --install` puts where: the program with its man pages, and the device library.

# build/release/fwdelta is easier to find than build/release/cli/fwdelta.
set_target_properties(fwdelta fwdelta-campaign fwdelta-matrix fwdelta-module-program PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
install(TARGETS fwdelta RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
# Programs that fwdelta becomes; each has libraries of its own, and is a package of its own.
install(TARGETS fwdelta-campaign RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fwdelta
    COMPONENT campaign)
install(TARGETS fwdelta-matrix RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fwdelta
    COMPONENT matrix)
install(TARGETS fwdelta-module-program RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fwdelta
    COMPONENT module)
install(DIRECTORY cli/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program
    FILES_MATCHING PATTERN "*.1")
install(DIRECTORY schemas/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fwdelta/schemas COMPONENT program
    FILES_MATCHING PATTERN "*.json")

# Completion, by the program itself; not when it is compiled for another machine.
if(NOT CMAKE_CROSSCOMPILING)
    set(FWD_COMPLETIONS ${PROJECT_BINARY_DIR}/completions)
    foreach(shell bash zsh fish)
        add_custom_command(OUTPUT ${FWD_COMPLETIONS}/${shell}
            COMMAND ${CMAKE_COMMAND} -E make_directory ${FWD_COMPLETIONS}
            COMMAND fwdelta --completion ${shell} > ${FWD_COMPLETIONS}/${shell}
            DEPENDS fwdelta VERBATIM)
    endforeach()
    add_custom_target(fwdelta-completions ALL
        DEPENDS ${FWD_COMPLETIONS}/bash ${FWD_COMPLETIONS}/zsh ${FWD_COMPLETIONS}/fish)
    install(FILES ${FWD_COMPLETIONS}/bash RENAME fwdelta COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    foreach(folder site-functions vendor-completions) # Debian's zsh looks into the second one
        install(FILES ${FWD_COMPLETIONS}/zsh RENAME _fwdelta COMPONENT program
            DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${folder})
    endforeach()
    install(FILES ${FWD_COMPLETIONS}/fish RENAME fwdelta.fish COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

# Documents as they lie in the tree, with what they link to, so that their paths hold.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents
    FILES_MATCHING PATTERN "*.md" PATTERN "build" EXCLUDE PATTERN ".git" EXCLUDE)
install(DIRECTORY samples schemas DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
install(FILES bench/results.csv bench/results.png bench/peer-bytes.tsv bench/more.tsv DESTINATION ${CMAKE_INSTALL_DOCDIR}/bench
    COMPONENT documents)
install(FILES bench/m4/instructions.tsv DESTINATION ${CMAKE_INSTALL_DOCDIR}/bench/m4 COMPONENT documents)
install(DIRECTORY tests/fwdspec/vectors DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests/fwdspec
    COMPONENT documents)
install(DIRECTORY tests/vectors DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests COMPONENT documents)
install(FILES tests/packages.txt DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests COMPONENT documents)
install(FILES cmake/arm-none-eabi.cmake DESTINATION ${CMAKE_INSTALL_DOCDIR}/cmake COMPONENT documents)

# The device library as sources, for add_subdirectory(/usr/share/fwdelta/source/verify).
set(FWD_SOURCES ${CMAKE_INSTALL_DATADIR}/fwdelta/source)
install(DIRECTORY format verify cmake DESTINATION ${FWD_SOURCES} COMPONENT library)
install(DIRECTORY samples/porting DESTINATION ${FWD_SOURCES}/samples COMPONENT library)
install(FILES LICENSE README.md SECURITY.md CHANGELOG.md DESTINATION ${FWD_SOURCES} COMPONENT library)

set(FWD_DOCUMENTS_ELSEWHERE ON)
include(${CMAKE_CURRENT_LIST_DIR}/install_device.cmake)
