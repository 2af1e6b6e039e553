/* Keys and packages for the tests of keys/. Every key is made when the test runs. */
#ifndef FWD_TESTS_KEYS_KEYS_SAMPLE_H
#define FWD_TESTS_KEYS_KEYS_SAMPLE_H

#include "keys/signing/signed_package.h"

#define SAMPLE_ALGORITHMS 4
#define SAMPLE_MANIFEST   77u
#define SAMPLE_PAYLOAD    1000u

struct fwd_keypair sample_key(int algorithm);

/* Writes NAME.pem and NAME.pub.pem into the scratch folder and returns the key. */
struct fwd_keypair sample_key_files(int algorithm, const char *name);

/* An unsigned package; its manifest is filling, which signing does not look at. */
struct fwd_bytes sample_package(void);

struct fwd_signed_package sample_open(const struct fwd_bytes *package);

/* Signs in memory: *package becomes the package with one signature more. */
void sample_sign(struct fwd_bytes *package, const struct fwd_keypair *key);

#endif
