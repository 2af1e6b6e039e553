/* Keys that change, as verify/keyring does it: two banks with a package and a mark each, two counters; the comments
 * name its functions. README.md says how to read this.
 *
 * A set is its version, its package holds all sets before it. Firmware is the version of the set whose keys signed it.
 *
 * Properties, at every start:
 *   K1  if nothing is hidden, and nobody wrote the flash, the last set that was installed is in force, or the one
 *       that was being installed, and the firmware starts
 *   K2  whatever is hidden, and whoever wrote the flash: what starts is not below the counter of what starts
 *   K3  nor installs a set below the counter of the newest
 *
 * CUTS power cuts (99: without end), FAULTS starts at which a bank, both, or counters cannot be read, FORGED times that
 * somebody writes old packages and old firmware into the flash, RECOVERIES: firmware in place may be incomplete at any
 * start, which then takes a full package. Rules, each can be taken away (0):
 *   OTHER  a new package goes into the bank that is not in force
 *   LAST   the counter follows when both banks have their mark
 *   KNOWN  a counter that cannot be read counts as unknown, not as 0
 *   EITHER what the bank that is not in force holds starts something, too
 *   KEEP   a newer set without a mark is not written over with an older one
 *   SURE   keys of a set without a mark install nothing
 *   NEEDS  what is retired is revoked when what runs does not need it */
#ifndef CUTS
#define CUTS 3
#endif
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef FORGED
#define FORGED 0
#endif
#ifndef OTHER
#define OTHER 1
#endif
#ifndef LAST
#define LAST 1
#endif
#ifndef KNOWN
#define KNOWN 1
#endif
#ifndef EITHER
#define EITHER 1
#endif
#ifndef KEEP
#define KEEP 1
#endif
#ifndef SURE
#define SURE 1
#endif
#ifndef NEEDS
#define NEEDS 1
#endif
#ifndef RECOVERIES
#define RECOVERIES 1
#endif
#define SETS 3
#define NONE 2

typedef Bank { byte set; byte mark; bit loose_set; bit loose_mark };
Bank bank[2];
byte cuts = CUTS, faults = FAULTS, forgeries = FORGED;
byte newest = 0, starts = 0; /* the counters */
byte firmware = 1;
byte installed = 1, given = 1; /* ghosts: the last set that was installed, and the last that was begun */
bit forged = 0;

/* Of this start. */
byte set[2], mark[2];
bit fault, hide_newest, hide_starts, doubt, lost, settled, tried, runs;
byte least, floor, in_force, at, from, to, i;

inline cut() { cuts = (cuts == 99 -> 99 : cuts - 1); printf("CUT at bank %d\n", to) }

inline read_banks() {
    i = 0;
    do
    :: i < 2 ->
        set[i] = bank[i].set; mark[i] = bank[i].mark;
        if :: bank[i].loose_set -> set[i] = 0 :: true fi;
        if :: bank[i].loose_mark -> mark[i] = 0 :: true fi;
        i++
    :: else -> break
    od; i = 0
}

inline look() {
    fault = 0; hide_newest = 0; hide_starts = 0;
    read_banks();
    if
    :: faults > 0 -> faults--; fault = 1;
        if
        :: set[0] = 0; mark[0] = 0
        :: set[1] = 0; mark[1] = 0
        :: set[0] = 0; mark[0] = 0; set[1] = 0; mark[1] = 0
        :: hide_newest = 1
        :: hide_starts = 1
        :: hide_newest = 1; hide_starts = 1
        fi
    :: true
    fi
}

/* open_bank */
inline open_bank(b) {
    if
    :: at == NONE && !(mark[b] == 0 && least <= 1) && set[b] > 1 && set[b] >= least -> at = b; in_force = set[b]
    :: else
    fi
}

/* fwd_keyring_open; 15: not known */
inline open() {
    least = newest; floor = starts; doubt = 0; at = NONE; in_force = 1;
    if :: hide_starts -> floor = (KNOWN -> 15 : 0) :: else fi;
    if :: hide_newest && KNOWN -> doubt = 1; least = floor :: hide_newest && !KNOWN -> least = 0 :: else fi;
    if
    :: mark[1] > mark[0] -> open_bank(1); open_bank(0)
    :: else -> open_bank(0); open_bank(1)
    fi;
    lost = (at == NONE && least > 1);
    settled = (at == NONE -> !lost : (mark[0] == in_force && mark[1] == in_force))
}

/* started: by the newest set, or one before it that may still start something */
#define BY(x) (firmware <= (x) && (firmware == (x) || firmware >= floor))
#define STARTS (!(doubt && floor == 15) && ((!lost && BY(in_force)) || \
    (EITHER && set[0] > in_force && set[0] >= least && BY(set[0])) || \
    (EITHER && set[1] > in_force && set[1] >= least && BY(set[1]))))

/* fwd_keyring_store_write: `to` gets set `from` */
inline store() {
    if
    :: cuts > 0 -> cut(); bank[to].loose_set = 1; bank[to].loose_mark = 1; goto off
    :: bank[to].set = 0; bank[to].mark = 0; bank[to].loose_set = 0; bank[to].loose_mark = 0
    fi;
    if
    :: cuts > 0 -> cut(); bank[to].set = from; bank[to].loose_set = 1; goto off
    :: bank[to].set = from
    fi;
    if
    :: cuts > 0 -> cut(); bank[to].mark = from; bank[to].loose_mark = 1; goto off
    :: bank[to].mark = from
    fi;
    set[to] = from; mark[to] = from;
    printf("bank %d: set %d\n", to, from)
}

/* complete */
inline complete() {
    if
    :: at != NONE && !doubt && !settled && !tried && mark[at] == in_force && mark[1 - at] <= in_force &&
        !(KEEP && set[1 - at] > in_force) ->
        tried = 1; to = 1 - at; from = in_force; store(); settled = 1
    :: else
    fi;
    if
    :: at != NONE && !doubt && (settled || !LAST) && !hide_newest && newest < in_force ->
        if :: cuts > 0 -> cut(); goto off :: true fi;
        newest = in_force; printf("the newest set is %d\n", newest)
    :: else
    fi
}

/* revoke */
inline revoke() {
    if
    :: at != NONE && !doubt && !hide_starts && !hide_newest && floor < in_force && newest >= in_force &&
        (!NEEDS || firmware == in_force) -> starts = in_force; floor = in_force; printf("below %d is revoked\n", starts)
    :: else
    fi
}

active proctype device()
{
start:
    atomic {
        look(); open(); tried = 0;
        runs = STARTS;
        printf("START hidden %d: in force %d (%d, %d; marks %d, %d), lost %d, counters %d %d, firmware %d, installed %d of %d\n",
            fault, in_force, set[0], set[1], mark[0], mark[1], lost, newest, starts, firmware, installed, given);
        assert(fault || forged || (!lost && in_force >= installed && runs));                      /* K1 */
        assert(!runs || firmware >= starts || firmware == newest);                                /* K2 */
        assert(doubt || lost || (KNOWN && hide_newest) || in_force >= newest)                     /* K3 */
    }
    if
    :: runs -> atomic { complete(); revoke() }
    :: atomic { RECOVERIES || !runs -> printf("RECOVERY\n") } /* firmware in place was incomplete */
    fi;
work:
    if
    :: !doubt && in_force < SETS && !lost -> /* fwd_keyring_install, by a package with one set more */
        atomic {
            from = in_force + 1; to = (at == NONE -> 0 : (OTHER -> 1 - at : at)); given = (given > from -> given : from);
            store(); in_force = from; at = to; tried = 0;
            settled = (mark[0] == from && mark[1] == from);
            complete();
            if :: settled -> installed = from; printf("set %d is installed\n", from) :: else fi
        };
        goto work
    :: !doubt && floor != 15 && !lost && firmware < in_force && (!SURE || at == NONE || mark[at] == in_force) -> /* an update, by keys of the set in force */
        atomic { firmware = in_force; printf("firmware of set %d\n", firmware) }
    :: goto off
    fi;
off:
    atomic {
        if
        :: forgeries > 0 -> forgeries--; forged = 1;
            if :: bank[0].set = 2; bank[0].mark = 2; bank[1].set = 2; bank[1].mark = 2
               :: bank[0].set = 0; bank[0].mark = 0; bank[1].set = 0; bank[1].mark = 0
               :: true
            fi;
            if :: firmware > 1 -> firmware--  :: firmware = 1 :: true fi;
            bank[0].loose_set = 0; bank[0].loose_mark = 0; bank[1].loose_set = 0; bank[1].loose_mark = 0;
            printf("FORGED: sets %d %d, firmware %d\n", bank[0].set, bank[1].set, firmware)
        :: true
        fi;
        set[0] = 0; set[1] = 0; mark[0] = 0; mark[1] = 0; fault = 0; hide_newest = 0; hide_starts = 0; doubt = 0;
        lost = 0; settled = 0; tried = 0; runs = 0; least = 0; floor = 0; in_force = 0; at = 0; from = 0; to = 0; i = 0
    };
    goto start
}
