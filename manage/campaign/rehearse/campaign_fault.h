/* What goes wrong with a virtual module of a rehearsal. All that is random comes from the seed and
 * the number of the device, so that the same seed gives the same faults. */
#ifndef FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_FAULT_H
#define FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_FAULT_H

#include "manage/campaign/state/campaign_state.h"

enum fwd_campaign_fault {
    FWD_CAMPAIGN_FAULT_NONE,
    FWD_CAMPAIGN_FAULT_LOST,  /* the signal breaks off in the download, and comes back */
    FWD_CAMPAIGN_FAULT_GONE,  /* ... and does not, as long as the module tries */
    FWD_CAMPAIGN_FAULT_CUT,   /* power fails at a byte of the download */
    FWD_CAMPAIGN_FAULT_FLASH, /* power fails at an operation of the flash */
    FWD_CAMPAIGN_FAULT_WRONG, /* it runs a version that the campaign has no package for */
    FWD_CAMPAIGN_FAULT_NO,    /* its host refuses */
    FWD_CAMPAIGN_FAULT_FULL,  /* it has no room for the package */
    FWD_CAMPAIGN_FAULT_AWAY,  /* it is switched off all the time */
    FWD_CAMPAIGN_FAULTS
};

/* How many of a hundred devices have each fault; the rest has none. */
struct fwd_campaign_shares {
    uint32_t percent[FWD_CAMPAIGN_FAULTS];
};

/* One of each in some; "away" and "gone" are rare. */
struct fwd_campaign_shares fwd_campaign_fault_usual(void);
/* "lost=10,cut=20": the others are 0. "none". FWD_FAIL_USAGE: something else, or more than 100. */
enum fwd_fail fwd_campaign_fault_parse(
    const char *text, struct fwd_campaign_shares *shares, struct fwd_error *err);

const char *fwd_campaign_fault_name(enum fwd_campaign_fault fault);
/* How a device with it must end. */
enum fwd_campaign_outcome fwd_campaign_fault_outcome(enum fwd_campaign_fault fault);

struct fwd_campaign_fate {
    enum fwd_campaign_fault fault;
    uint32_t on_s;      /* switched on so long after the beginning; the module's time */
    uint64_t at;        /* byte of the download, operation of the flash */
    uint32_t times;     /* LOST: attempts that fail */
    uint32_t tear_seed; /* FLASH */
    uint32_t tear;      /* FLASH: enum fwd_nor_tear */
};

/* What happens to device number index of a rehearsal. A test device has no fault: it is on a desk,
 * and its campaign would end with it. size: of the package. */
struct fwd_campaign_fate fwd_campaign_fault_draw(const struct fwd_campaign_shares *shares,
    uint64_t seed, size_t index, bool test, uint64_t size);

/* 64 random bits from two numbers. */
uint64_t fwd_campaign_fault_random(uint64_t seed, uint64_t number);

#endif
