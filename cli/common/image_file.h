/* Images as files. What is done with one takes several times its size of memory; a file for which
 * this computer has not enough is refused before it is read, instead of being killed later. */
#ifndef FWD_CLI_COMMON_IMAGE_FILE_H
#define FWD_CLI_COMMON_IMAGE_FILE_H

#include "hostio/host_file.h"

/* Memory that a command takes, in sizes of the image. */
#define FWD_IMAGE_READ  1u
#define FWD_IMAGE_DELTA 12u

/* As fwd_file_read(), for at most UINT32_MAX bytes. FWD_FAIL_ENVIRONMENT also when the file's size
 * times `times` exceeds the memory of this computer. */
enum fwd_fail fwd_image_file_read(
    const char *path, unsigned times, struct fwd_bytes *bytes, struct fwd_error *err);

#endif
