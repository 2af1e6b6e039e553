/* A trial of the other slot: release 2 is installed beside release 1 and runs its starts, is confirmed or not, and the
 * device stays or goes back (verify/install/trial.c, commit.c, boot.c). The comments name the functions. README.md says
 * how to read this; journal and version area are abstract, journal.pml and version.pml show what is assumed of them.
 *
 * Release 1 is in slot 0 and release 2 in slot 1; nobody writes the slots. A version record names 2 with 1 before it, or 1
 * alone. What a cut touches reads as it was, as it was to be, or as nothing, anew at each start. A fault hides an area
 * for one start, or (WRITES 1) the journal takes no record at one; LOSE times it is lost for good; with WORN 1 it takes no
 * more records from any moment on. Calm: no more cuts, faults, losses and confirmations.
 *
 * Properties:
 *   P1  what runs is a whole release, as its slot was read at this start
 *   P2  and not below the counter
 *   P3  in calm the device comes to an end within STARTS starts
 *   P4  in calm there is no RECOVERY
 *   P5  a state follows only what the table of verify/install/states_table.c allows
 *   P6  what was confirmed stays, from the first start after it on; in calm what nobody confirmed does not
 *
 * Rules, each can be taken away (0):
 *   WAIT    the counter waits for the confirmation (fwd_trial_unconfirmed)
 *   AGAIN   that there is nothing to go back to is said at the second start that finds so (stay)
 *   BEFORE  a start that cannot be counted, or cannot go back, runs what was before (count, fail)
 *   ENDS    what is on trial and does not start has failed (broken): whoever runs instead finds itself well, and confirms
 * KNOWN 1: that two starts found nothing to go back to excuses what stays (P6).
 * No rules of the code, but what it would take (verify/DESIGN.md 7.5):
 *   SOONER 1  to survive a journal that takes no record in `switched`: BEFORE and WAIT hold there, too
 *   TAG 1     to survive the loss of the journal: a mark in both banks beside a confirmed record, without which what was
 *             before it comes first when no journal names it. ROOM 0: with banks that have no room for the mark
 * ROT times slot 1 is lost for good, on trial: what is in it never starts again.
 * COUNTER 0: a device without one. AT_ONCE 1: P6 from the confirmation itself on. */
#include "states.pml"
#ifndef CUTS
#define CUTS 2
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef LOSE
#define LOSE 0
#endif
#ifndef WORN
#define WORN 0
#endif
#ifndef WRITES
#define WRITES 0
#endif
#ifndef WAIT
#define WAIT 1
#endif
#ifndef AGAIN
#define AGAIN 1
#endif
#ifndef BEFORE
#define BEFORE 1
#endif
#ifndef ROT
#define ROT 0
#endif
#ifndef ENDS
#define ENDS 1
#endif
#ifndef SOONER
#define SOONER 0
#endif
#ifndef KNOWN
#define KNOWN 0
#endif
#ifndef TAG
#define TAG 0
#endif
#ifndef ROOM
#define ROOM 1
#endif
#ifndef COUNTER
#define COUNTER 1
#endif
#ifndef AT_ONCE
#define AT_ONCE 0
#endif
#define TRIALS 1
#define STARTS 8

/* to: the release that the named version record names. started: note_started was here. */
typedef Record { byte state; byte step; byte to; bit blind; bit started };
Record settled, inflight;       /* inflight.state LOST: none */
byte version = 2, version_next; /* version 2 says that 1 was before; a copy of version_next may be there */
bit mark[2], mark_loose[2];
byte counter = 1;
byte cuts = CUTS, faults = FAULTS, lose = LOSE, wear = WORN, rot = ROT;
bit calm, gone, worn, rotten, asked, said, confirmed, stayed;
byte calm_starts;

/* Of this start. */
Record r;
byte s0, s1, v, w, runs;
bit lost, marked, named, failed, mute;
bit was; /* what was before runs: this start could not be counted, or could not go back */

c_decl { static unsigned char told[16][16]; };
hidden byte from_state, to_state;
inline tell(a, b) {
    from_state = a; to_state = b;
    c_code { if (!told[from_state][to_state]) { told[from_state][to_state] = 1; fprintf(stderr, "follows %d %d\n", from_state, to_state); } }
}

inline append(new_state, new_step, release, is_blind, is_started) {
    tell(r.state, new_state);
    assert(FOLLOWS(r.state, new_state));                                                      /* P5 */
    failed = 0;
    if
    :: worn || mute -> failed = 1
    :: !(worn || mute) && wear > 0 -> wear--; worn = 1; failed = 1; printf("the journal takes no more records, from %d/%d on\n", new_state, new_step)
    :: !(worn || mute) && cuts > 0 -> cuts--;
        inflight.state = new_state; inflight.step = new_step; inflight.to = release; inflight.blind = is_blind; inflight.started = is_started;
        printf("CUT in record %d/%d\n", new_state, new_step); goto off
    :: !(worn || mute) -> r.state = new_state; r.step = new_step; r.to = release; r.blind = is_blind; r.started = is_started;
        settled.state = new_state; settled.step = new_step; settled.to = release; settled.blind = is_blind; settled.started = is_started;
        inflight.state = LOST; inflight.step = 0; inflight.to = 0; inflight.blind = 0; inflight.started = 0;
        printf("record %d/%d of %d\n", new_state, new_step, release)
    fi
}
inline put_mark(k) {
    if
    :: !ROOM || (mark[k] && !mark_loose[k]) /* a loose one stays, and another one goes beside it */
    :: else ->
        if
        :: cuts > 0 -> cuts--; if :: !mark[k] -> mark[k] = 1; mark_loose[k] = 1 :: else fi; printf("CUT in mark %d\n", k); goto off
        :: mark[k] = 1; mark_loose[k] = 0; printf("mark %d\n", k)
        fi
    fi
}

#define NAMES(x) ((x) == 1 -> s0 == 1 : (x) == 2 && s1 == 2)
#define PASSES(x) (NAMES(x) && (x) >= counter)

active proctype device()
{
    atomic { settled.state = SWITCHED; settled.to = 2 }
start:
    atomic {
        if :: calm -> calm_starts++; assert(calm_starts <= STARTS) :: else fi;             /* P3 */
        if :: lose > 0 -> lose--; gone = 1; printf("the journal is lost for good\n") :: true fi;
        r.state = settled.state; r.step = settled.step; r.to = settled.to; r.blind = settled.blind; r.started = settled.started;
        if
        :: inflight.state != LOST ->
            r.state = inflight.state; r.step = inflight.step; r.to = inflight.to; r.blind = inflight.blind; r.started = inflight.started
        :: true
        fi;
        if :: rot > 0 && r.state == TRIAL && !asked -> rot--; rotten = 1; printf("slot 1 has rotted\n") :: true fi;
        lost = gone; s0 = 1; s1 = (rotten -> 0 : 2);
        v = version; w = 0; if :: version_next > 0 -> w = version_next :: true fi;
        if :: !lost && r.to == version_next -> v = version_next; w = version :: else fi;
        if :: mark[0] && !mark_loose[0] -> marked = 1 :: mark_loose[0] -> marked = 1 :: mark_loose[0] || !mark[0] fi;
        if :: mark[1] && !mark_loose[1] -> marked = 1 :: mark_loose[1] -> marked = 1 :: mark_loose[1] || !mark[1] fi;
        if
        :: faults > 0 -> faults--;
            if
            :: lost = 1; printf("fault: journal\n")
            :: v = 0; w = 0; marked = 0; printf("fault: version\n")
            :: s0 = 0; printf("fault: slot 0\n")
            :: s1 = 0; printf("fault: slot 1\n")
            :: WRITES -> mute = 1; printf("fault: no record\n")
            fi
        :: true
        fi;
        printf("START record %d/%d of %d lost %d, slots %d %d, version %d %d, marked %d, counter %d\n",
            r.state, r.step, r.to, lost, s0, s1, v, w, marked, counter)
    };
    atomic {
        if
        :: lost || r.state == DONE || r.state == REPORTED -> goto test
        :: !lost && r.state == TRIAL -> goto trial
        :: !lost && (r.state == SWITCHED || r.state == REVERTING) -> append(r.state, r.step, r.to, r.blind, r.started);
            if :: failed -> goto test :: else fi
        fi;
resume:
        if
        :: r.state == SWITCHED ->                                       /* copy_version, record_done */
            if :: v != r.to -> goto test :: else fi;
            version = v; version_next = 0; if :: r.to == 1 -> mark[0] = 0; mark[1] = 0; mark_loose[0] = 0; mark_loose[1] = 0 :: else fi;
            if
            :: r.to == 2 -> append(TRIAL, 0, 2, 0, 0); goto test
            :: else -> append(DONE, 0, 1, 0, 0); goto test
            fi
        :: r.state == REVERTING ->                                      /* switch_back */
            if :: v != 2 || !PASSES(1) -> goto test :: else fi;
            if :: cuts > 0 -> cuts--; version_next = 1; printf("CUT in the version record\n"); goto off :: version_next = 1; w = 1 fi;
            append(SWITCHED, 0, 1, 0, 0);
            if :: failed -> goto test :: else -> version = 1; version_next = 0; v = 1; w = 0 fi
        fi;
        goto resume;
trial:                                                              /* count, fail, stay */
        if
        :: r.step < TRIALS -> append(TRIAL, TRIALS, 2, r.blind, 0); was = failed; goto test
        :: else
        fi;
        if
        :: v == 2 && PASSES(1) -> append(REVERTING, 0, 2, 0, 0); was = failed; if :: failed -> goto test :: else -> goto resume fi
        :: !(v == 2 && PASSES(1)) && AGAIN && !r.blind -> append(TRIAL, TRIALS, 2, 1, 0); goto test
        :: else -> stayed = 1; append(DONE, 0, 2, 0, 0)
        fi;
test:                                                               /* fwd_boot_decide */
        if
        :: ENDS && !lost && r.state == TRIAL && !was && v == 2 && !PASSES(2) && PASSES(1) ->
            append(REVERTING, 0, 2, 0, 0); was = failed; if :: failed -> skip :: else -> goto resume fi
        :: else
        fi;
        runs = 0; named = 0;
        if
        :: TAG && lost && v == 2 && !marked && PASSES(1) -> runs = 1
        :: else ->
            if
            :: !lost && (r.state == REVERTING || (BEFORE && was) || (SOONER && r.state == SWITCHED && r.to == 2)) && v == 2 && PASSES(1) -> runs = 1
            :: else
            fi;
            if :: runs == 0 && v > 0 && PASSES(v) -> runs = v; named = (!lost && v == r.to) :: else fi;
            if :: runs == 0 && v == 2 && PASSES(1) && counter < 2 -> runs = 1 :: else fi;
            if :: runs == 0 && w > 0 && PASSES(w) -> runs = w :: else fi;
            if :: runs == 0 && s1 == 2 -> runs = 2 :: else fi         /* by the package */
        fi;
        if :: runs == 0 -> goto recovery :: else fi;
        printf("RUN %d\n", runs);
        assert(NAMES(runs));                                                                /* P1 */
        assert(runs >= counter);                                                            /* P2 */
        assert(!confirmed || runs == 2 || s1 != 2)                                          /* P6 */
        if
        :: !lost && (r.state == DONE || r.state == REPORTED) && runs == r.to ->
            if :: !r.started -> append(r.state, 0, r.to, 0, 1) :: else fi;  /* note_started */
            if
            :: TAG && r.to == 2 && v == 2 -> put_mark(0); put_mark(1)
            :: else
            fi;
            if :: named -> counter = (COUNTER -> runs : 1); if :: said && r.to == 2 -> confirmed = 1 :: else fi :: else fi;
            goto over
        :: !lost && (r.state == DONE || r.state == REPORTED) && runs != r.to -> goto off
        :: !WAIT && !lost && named && r.state == TRIAL -> counter = (COUNTER -> runs : 1); goto off
        :: !calm && !lost && r.state == TRIAL ->                        /* fwd_update_confirm */
            printf("confirmed\n"); asked = 1; append(DONE, 0, 2, 0, 0);
            if :: failed -> goto off :: else fi;
            append(DONE, 0, 2, 0, 0);
            if :: failed -> goto off :: else fi;
            append(DONE, 0, 2, 0, 0);
            if :: failed -> goto off :: else -> said = 1; confirmed = AT_ONCE fi;
            goto off
        :: !lost && r.state == TRIAL -> goto rest                       /* it does not */
        :: !SOONER && named && r.state == SWITCHED -> counter = (COUNTER -> runs : 1); goto rest
        :: else -> goto rest
        fi;
rest:                                                               /* what no later start can change */
        if :: gone || worn -> goto over :: else -> goto off fi;
recovery:
        printf("RECOVERY\n"); assert(!calm);                                        /* P4 */
        goto off;
over:
        assert(!calm || asked || runs == 1 || (KNOWN && stayed));                               /* P6 */
        if :: calm -> goto end :: else fi;
off:
        r.state = 0; r.step = 0; r.to = 0; r.blind = 0; r.started = 0;
        s0 = 0; s1 = 0; v = 0; w = 0; runs = 0; lost = 0; marked = 0; named = 0; failed = 0; was = 0; mute = 0;
        if
        :: !calm -> calm = 1; cuts = 0; faults = 0; lose = 0; wear = 0; rot = 0; printf("calm from here\n")
        :: !calm && (cuts > 0 || faults > 0 || lose > 0 || wear > 0 || rot > 0)
        :: calm
        fi
    };
    goto start;
end: skip
}
