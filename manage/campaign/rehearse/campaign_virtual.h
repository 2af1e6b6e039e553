/* A virtual module of a rehearsal: the module's own machinery with simulated flash, a LwM2M client
 * and real downloads, without serial ports. What goes wrong with it is its fate. */
#ifndef FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_VIRTUAL_H
#define FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_VIRTUAL_H

#include "manage/campaign/rehearse/campaign_fault.h"
#include "module/process/event_log.h"
#include "module/process/module_lwm2m.h"
#include "module/process/vclock.h"
#include "module/transport/transfer.h"

#define FWD_CAMPAIGN_VIRTUAL_FDS (FWD_TRANSFER_FDS + 1u)

/* What all modules of a process share. */
struct fwd_campaign_crew {
    const struct fwd_vclock *clock;
    const struct fwd_profile *profile;
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    const char *server;  /* coap://HOST:PORT */
    const char *ca_file; /* NULL: that of the system */
    const char *logs;    /* folder for what the modules do, a file for each; NULL: none */
};

struct fwd_campaign_virtual {
    const struct fwd_campaign_crew *crew;
    const struct fwd_campaign_device *device;
    struct fwd_campaign_fate fate;
    char folder[256], endpoint[48];
    uint64_t on_at;   /* switched off until then; UINT64_MAX: for ever */
    uint64_t ahead;   /* time that its flash has taken, and the others have not lived through */
    bool done;        /* its fault has happened */
    bool tripped;     /* ... just now */
    uint32_t breaks;  /* of the signal */
    uint32_t cuts;    /* of power */
    uint64_t fetched; /* bytes of this download */
    uint16_t code;    /* of its last installation; 0: none */
    char reason[48];  /* ... by name; "": none */
    struct fwd_event_log log;
    uint32_t lines, result_line; /* of its log: there are, and where its last installation ended */
    struct fwd_error trouble;    /* why it cannot be switched on; "": it can */

    /* while it is on */
    struct fwd_machine *machine; /* NULL: it is off */
    struct fwd_modem *modem;
    struct fwd_modem_config config;
    struct fwd_module_lwm2m lwm2m;
    struct fwd_transfer *transfer;
    bool transferring;
    struct fwd_modem_fetcher fetcher;
    struct fwd_transfer_request request; /* the module's own */
};

/* Begins switched off, in a folder that fwd_machine_create() has made. virtual: must not move. */
void fwd_campaign_virtual_init(struct fwd_campaign_virtual *virtual,
    const struct fwd_campaign_crew *crew, const struct fwd_campaign_device *device,
    const struct fwd_campaign_fate *fate, const char *folder);
/* Where its log is, "" without one. */
void fwd_campaign_virtual_log(const char *logs, const char *imei, char path[FWD_CAMPAIGN_PATH]);
/* Power fails; NULL-safe for one that is off. */
void fwd_campaign_virtual_cut(struct fwd_campaign_virtual *virtual);

/* Adds what is to be polled (FWD_CAMPAIGN_VIRTUAL_FDS is enough), lowers *wait_ms. */
size_t fwd_campaign_virtual_watch(
    struct fwd_campaign_virtual *virtual, struct pollfd *fds, size_t room, int *wait_ms);
/* Does what came and what is due. */
void fwd_campaign_virtual_perform(struct fwd_campaign_virtual *virtual);

/* Version that its firmware states; "" when it cannot be read. */
void fwd_campaign_virtual_version(
    struct fwd_campaign_virtual *virtual, char text[2 * FWD_CAMPAIGN_VERSION]);

#endif
