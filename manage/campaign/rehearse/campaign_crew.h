/* A process of a rehearsal with many virtual modules: makes their devices, lets them run, and says
 * in the end what they are. */
#ifndef FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_CREW_H
#define FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_CREW_H

#include "manage/campaign/rehearse/campaign_fault.h"
#include "sim/device/machine.h"

struct fwd_campaign_crew_plan {
    const struct fwd_campaign *campaign; /* its devices are those of the rehearsal */
    const struct fwd_machine_recipe
        *recipe; /* of each device; its first image is the one that runs */
    const struct fwd_profile *profile;
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    struct fwd_campaign_shares shares;
    uint64_t seed;
    uint64_t package_size;
    uint32_t scale;
    const char *folder;  /* of the rehearsal */
    const char *server;  /* coap://HOST:PORT */
    const char *ca_file; /* NULL: that of the system */
    const char *logs;    /* as struct fwd_campaign_crew has it */
    /* Shared by the processes of the rehearsal. */
    const volatile int *pause;          /* while it is not 0 the modules' time stands still */
    const volatile uint32_t *caught_up; /* how often the server had nothing to do */
    volatile uint64_t *now_ms;          /* their time, for others to see */
    struct fwd_error *trouble;          /* why the modules cannot be made */
    unsigned crew, crews; /* of this process: it has the devices crew, crew + crews, ... */
};

/* Where process number crew writes what its devices are: a JSON array of
 * {imei, fault, version, code, reason, line, cuts, trouble}. */
void fwd_campaign_crew_result(const char *folder, unsigned crew, char path[FWD_CAMPAIGN_PATH]);

/* Runs until SIGTERM; ready: a descriptor that gets a byte when the devices are there. Returns the
 * exit status of the process. */
int fwd_campaign_crew_run(const struct fwd_campaign_crew_plan *plan, int ready);

#endif
