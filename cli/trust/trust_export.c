#include "cli/trust/trust_export.h"

#include "cli/sign/key_export.h"
#include "cli/trust/trust_chain.h"
#include "keys/signing/signed_package.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum fwd_fail fwd_trust_export(const char *name, const struct fwd_bytes *package,
    const char *symbol, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_trust_chain *chain = malloc(sizeof *chain);
    struct fwd_signed_package one;
    char *text = NULL;
    size_t size = 0;
    enum fwd_fail fail = chain != NULL ? fwd_key_export_check_symbol(symbol, err)
                                       : fwd_error_memory(err, "the trust set");

    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_read(name, package, NULL, chain, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_accepted(name, chain, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open(name, package->data, package->size, &one, err);
    FILE *stream = fail == FWD_FAIL_NONE ? open_memstream(&text, &size) : NULL;
    if (fail == FWD_FAIL_NONE && stream == NULL)
        fail = fwd_error_memory(err, "the trust set");
    if (stream != NULL) {
        fprintf(stream,
            "/* Trust set, version %" PRIu32 ", by 'fwdelta trust export'. */\n#include "
            "<stdint.h>\n",
            chain->links[0].set.version);
        fwd_key_export_bytes(stream, symbol, "built_in",
            "header and manifest of its trust package: struct fwd_keyring_config.built_in",
            one.signed_bytes, one.signed_size);
        if (fclose(stream) == 0) {
            *out = (struct fwd_bytes){(uint8_t *)text, size};
        } else {
            free(text);
            fail = fwd_error_memory(err, "the trust set");
        }
    }
    free(chain);
    return fail;
}
