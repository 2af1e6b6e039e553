/* Which release of fwdelta these files are. The package format has numbers of its own (limits.h).
 * A test compares them with the version of the project. */
#ifndef FWD_FORMAT_RELEASE_H
#define FWD_FORMAT_RELEASE_H

#define FWD_VERSION_MAJOR  1
#define FWD_VERSION_MINOR  0
#define FWD_VERSION_PATCH  0
#define FWD_VERSION_STRING "1.0.0"

/* For comparing in #if: 1.2.3 is 10203. */
#define FWD_VERSION_NUMBER (FWD_VERSION_MAJOR * 10000 + FWD_VERSION_MINOR * 100 + FWD_VERSION_PATCH)

#endif
