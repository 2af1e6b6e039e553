# FWD_RELEASE: the version that format/release.h states.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/../format/release.h FWD_RELEASE REGEX "FWD_VERSION_STRING +\"")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" FWD_RELEASE "${FWD_RELEASE}")
