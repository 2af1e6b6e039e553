/* The sending half of Xmodem: how a host brings a file to a module that said +UFWUPD: ONGOING.
 *
 * The receiver leads. It asks for the file with C (a CRC after each block) or, later, with NAK (a
 * checksum), acknowledges each block with ACK, and asks for one again with NAK. */
#ifndef HOST_XMODEM_H
#define HOST_XMODEM_H

#include "host_link.h"

/* Sends the rest of file in blocks of 128 bytes, or of 1024 (Xmodem-1k); the last one is filled up
 * with 0x1A. False: the receiver cancelled or was silent, the line is gone, the file cannot be
 * read. The receiver has no part of it then. */
bool host_xmodem_send(struct host_link *link, FILE *file, size_t block);

#endif
