/* One slot in place, of two blocks: start, resume, RECOVERY, two deltas and full packages (verify/install/). The
 * comments name the functions. README.md says how to read this; journal and version area are abstract, journal.pml
 * and version.pml show what is assumed of them.
 *
 * Release 1 is there at first; a delta makes the next release, a full package makes release FULL. Step 0 of a delta
 * makes block 0 out of both old blocks (and saves it), step 1 makes block 1 out of staged bytes alone: it can be run
 * again when its source is gone. What a cut touches reads as it was, as it was to be, or as nothing, anew at each
 * start. A fault hides an area for one start. Calm: no more cuts and faults.
 *
 * Properties:
 *   P1  what runs is a whole release, as its slot was read at this start
 *   P2  and not below the counter
 *   P3  in calm the device runs something within STARTS starts
 *   P4  in calm there is no RECOVERY, unless a full package was admitted and is not complete
 *   P5  a state follows only what the table of verify/install/states_table.c allows
 *
 * Rules, each can be taken away (0):
 *   TEST    what starts is hashed, and proven by something signed (start_test.c)
 *   KEEP    past the point of no return no failure is recorded (record_failure)
 *   MIRROR  each record in two banks: a hidden bank hides nothing
 *   BEFORE  a step whose result is wrong is found before the erase (fwd_step_run_resolve)
 *   SAVE    the old block is saved and that recorded before it is erased
 *   COUNT   only the record that the journal names raises the counter (fwd_start_count)
 *   NODELTA no delta in place where firmware may be incomplete or the journal was lost (fwd_admit_full) */

#include "states.pml"
#ifndef CUTS
#define CUTS 2
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef TEST
#define TEST 1
#endif
#ifndef KEEP
#define KEEP 1
#endif
#ifndef MIRROR
#define MIRROR 1
#endif
#ifndef BEFORE
#define BEFORE 1
#endif
#ifndef SAVE
#define SAVE 1
#endif
#ifndef NODELTA
#define NODELTA 1
#endif
#ifndef COUNT
#define COUNT 1
#endif
#ifndef DELTAS
#define DELTAS 2
#endif
#define STARTS 5
#define FULL   7

/* reads now; loose: as now, as next, or as nothing (0) */
typedef Cell { byte now; byte next; bit loose };
Cell block[2], saved, staged, package;
/* step: 0 and 1 are to be run, SAVED: block 0 is saved, 2: all are done. to: the release. */
#define SAVED 3
typedef Record { byte state; byte step; byte to; bit destructive };
Record settled, inflight;  /* inflight.state LOST: none */
byte before;               /* the release of the session before */
bit stale;                 /* a journal that was given up may be found again: an older record of it */
byte version = 1, version_next; /* a copy of version_next may be there */
byte counter = 1;
byte cuts = CUTS, faults = FAULTS, deltas = DELTAS;
bit calm, full_began; byte calm_starts;

/* Of this start. */
Record r;
byte s0, s1, bak, stg, pkg, v, w, runs, to;
bit lost, tried, named;


/* Each transition is told once, on standard error: the test compares them with the table. */
c_decl { static unsigned char told[16][16]; };
hidden byte from_state, to_state;
inline tell(a, b) {
    from_state = a; to_state = b;
    c_code { if (!told[from_state][to_state]) { told[from_state][to_state] = 1; fprintf(stderr, "follows %d %d\n", from_state, to_state); } }
}

inline read(c, x) { x = c.now; if :: c.loose -> x = c.next :: c.loose -> x = 0 :: true fi }

/* fwd_journal_append; a lost journal is erased first (begin_anew) */
inline append(new_state, new_step, release, damage) {
    tell((lost -> LOST : r.state), new_state);
    assert(!KEEP || FOLLOWS((lost -> LOST : r.state), new_state));                              /* P5 */
    if
    :: cuts > 0 && lost -> cuts--; stale = 1; printf("CUT in the erase of the lost journal\n"); goto off
    :: cuts > 0 -> cuts--;
        if :: lost -> settled.state = LOST; stale = 0 :: else fi;
        inflight.state = new_state; inflight.step = new_step; inflight.to = release; inflight.destructive = damage;
        printf("CUT in record %d/%d of %d\n", new_state, new_step, release); goto off
    :: r.state = new_state; r.step = new_step; r.to = release; r.destructive = damage; lost = 0; stale = 0;
        if :: new_state == DOWNLOADING && settled.to != release -> before = settled.to :: else fi;
        settled.state = new_state; settled.step = new_step; settled.to = release; settled.destructive = damage;
        inflight.state = LOST; inflight.step = 0; inflight.to = 0; inflight.destructive = 0;
        printf("record %d/%d of %d\n", new_state, new_step, release)
    fi
}
inline again() { append(r.state, r.step, r.to, r.destructive) }
inline step_done(n) { append(ACTING, n, r.to, 1) }

/* An erase and what is programmed after it. where: 0 and 1 are the blocks, 2 the package area, 3 the saved block, 4 staging */
inline put(c, x, where) {
    if
    :: cuts > 0 -> cuts--; if :: !c.loose -> c.next = c.now :: else fi; c.now = 0; c.loose = 1;
        printf("CUT in the erase of area %d\n", where); goto off
    :: cuts > 0 -> cuts--; c.now = 0; c.next = x; c.loose = 1; printf("CUT in programming %d into area %d\n", x, where); goto off
    :: c.now = x; c.next = 0; c.loose = 0
    fi
}

/* What may be found of a journal that is being given up: an older record. */
inline older() {
    if
    :: true -> r.to = settled.to; r.step = settled.step; r.destructive = settled.destructive; r.state = settled.state
    :: before > 0 -> r.to = before; r.step = 2; r.destructive = 0; r.state = DONE
    :: before > 0 -> r.to = before; r.step = 2; r.destructive = 1; r.state = SWITCHED
    :: before > 0 -> r.to = before; r.step = 0; r.destructive = 1; r.state = ACTING
    :: before > 0 -> r.to = before; r.step = SAVED; r.destructive = 1; r.state = ACTING
    :: before > 0 -> r.to = before; r.step = 1; r.destructive = 1; r.state = ACTING
    :: settled.state > REHEARSING -> r.to = settled.to; r.step = 0; r.destructive = (r.to == FULL); r.state = REHEARSING
    :: settled.state > STAGED -> r.to = settled.to; r.step = 0; r.destructive = (r.to == FULL); r.state = STAGED
    :: settled.state > ACTING -> r.to = settled.to; r.step = 0; r.destructive = 1; r.state = ACTING
    :: settled.state > ACTING -> r.to = settled.to; r.step = SAVED; r.destructive = 1; r.state = ACTING
    :: settled.state > ACTING -> r.to = settled.to; r.step = 1; r.destructive = 1; r.state = ACTING
    :: settled.state > ACTING -> r.to = settled.to; r.step = 2; r.destructive = 1; r.state = ACTING
    :: settled.state > VERIFIED -> r.to = settled.to; r.step = 2; r.destructive = 1; r.state = VERIFIED
    :: settled.state > SWITCHED -> r.to = settled.to; r.step = 2; r.destructive = 1; r.state = SWITCHED
    :: lost = 1
    fi
}

#define OLD         (r.to - 1)
#define IS_DELTA    (r.to != FULL)
#define WHOLE(x)    (s0 == (x) && s1 == (x))
#define STARTS_WITH(x) ((x) > 0 && WHOLE(x) && (x) >= counter)

active proctype device()
{
    atomic { block[0].now = 1; block[1].now = 1; settled.state = IDLE; settled.to = 1 }
start:
    atomic {
        if :: calm -> calm_starts++; assert(calm_starts <= STARTS) :: else fi;             /* P3 */
        if
        :: stale -> older()
        :: !stale ->
            r.state = settled.state; r.step = settled.step; r.to = settled.to; r.destructive = settled.destructive;
            if :: inflight.state != LOST ->
                r.state = inflight.state; r.step = inflight.step; r.to = inflight.to; r.destructive = inflight.destructive
            :: true fi
        fi;
        lost = lost || r.state == LOST;
        v = version; w = 0; if :: version_next > 0 -> w = version_next :: true fi;
        if :: !lost && (r.state == SWITCHED || r.state == DONE) && r.to == version_next -> v = version_next; w = version :: else fi;
        read(block[0], s0); read(block[1], s1); read(saved, bak); read(staged, stg); read(package, pkg);
        if
        :: faults > 0 -> faults--;
            if
            :: lost = 1; printf("fault: journal\n")
            :: !MIRROR && r.state == ACTING && r.step > 0 -> r.step = 0; printf("fault: a bank, an older record counts\n")
            :: !MIRROR && r.state > STAGED && r.state < DONE -> r.state = STAGED; r.step = 0; printf("fault: a bank, an older record counts\n")
            :: v = 0; w = 0; printf("fault: version\n")
            :: s0 = 0; s1 = 0; printf("fault: slot\n")
            :: s0 = 0; printf("fault: block 0\n")
            :: s1 = 0; printf("fault: block 1\n")
            :: stg = 0; bak = 0; printf("fault: staging\n")
            :: bak = 0; printf("fault: saved block\n")
            :: pkg = 0; printf("fault: package\n")
            fi
        :: true
        fi;
        printf("START record %d/%d of %d lost %d, slot %d %d, saved %d, staged %d, package %d, version %d %d, counter %d\n",
            r.state, r.step, r.to, lost, s0, s1, bak, stg, pkg, v, w, counter);
    };
    atomic {
        if
        :: lost || RESUME(r.state) == 0 -> goto test
        :: else
        fi;
        again();                                             /* fwd_session_count_start */
resume:                                                             /* go_on */
        if
        :: r.state == REHEARSING ->
            if
            :: pkg != r.to || (IS_DELTA && !WHOLE(OLD)) || (IS_DELTA && NODELTA && r.destructive) -> goto fail
            :: else
            fi;
            if :: IS_DELTA -> put(staged, r.to, 4); stg = r.to :: else fi;
            append(STAGED, 0, r.to, r.destructive)
        :: r.state == STAGED ->
            if
            :: IS_DELTA && stg != r.to -> append(REHEARSING, 0, r.to, r.destructive); goto resume
            :: !IS_DELTA && pkg != r.to -> goto fail
            :: else
            fi;
            step_done(0)
        :: r.state == ACTING && IS_DELTA ->
            if :: stg != r.to -> goto ended :: else fi;
            if
            :: r.step == 0 || r.step == SAVED ->
                if :: r.step == SAVED -> to = bak :: else -> to = s0 fi;
                if
                :: BEFORE && !(to == OLD && s1 == OLD) -> goto ended
                :: else
                fi;
                if
                :: SAVE && r.step == 0 -> put(saved, s0, 3); bak = s0; step_done(SAVED)
                :: else ->
                    w = (to == OLD && s1 == OLD -> r.to : 15); put(block[0], w, 0); s0 = w; w = 0;
                    to = 0; step_done(1)
                fi
            :: r.step == 1 -> put(block[1], r.to, 1); s1 = r.to; step_done(2)
            :: r.step == 2 ->
                if :: !WHOLE(r.to) -> goto ended :: else fi;
                append(VERIFIED, 2, r.to, 1)
            fi
        :: r.state == ACTING && !IS_DELTA ->
            if :: pkg != r.to -> goto ended :: else fi;
            if
            :: r.step == 0 -> put(block[0], r.to, 0); s0 = r.to; step_done(1)
            :: r.step == 1 -> put(block[1], r.to, 1); s1 = r.to; step_done(2)
            :: r.step > 1 && WHOLE(r.to) -> append(VERIFIED, 2, r.to, 1)
            :: r.step > 1 && !WHOLE(r.to) && !tried -> tried = 1; step_done(0)
            :: r.step > 1 && !WHOLE(r.to) && tried -> goto ended
            fi
        :: r.state == VERIFIED ->                                       /* switch_versions */
            if :: (IS_DELTA && stg != r.to) || (!IS_DELTA && pkg != r.to) || !WHOLE(r.to) -> goto ended :: else fi;
            if
            :: cuts > 0 -> cuts--; version_next = r.to; printf("CUT in the version record\n"); goto off
            :: version_next = r.to; w = r.to
            fi;
            append(SWITCHED, 2, r.to, 1); version = r.to; version_next = 0; v = r.to; w = 0
        :: r.state == SWITCHED ->                                       /* copy_version */
            if :: v != r.to -> goto ended :: else fi;
            version = v; version_next = 0; append(DONE, 2, r.to, 0); if :: r.to == FULL -> full_began = 0 :: else fi
        :: r.state == DONE -> goto test
        fi;
        goto resume;
fail:
        append(FAILED, 0, r.to, r.destructive);
        goto test;
ended:                                                              /* record_failure, past the point of no return */
        if :: !KEEP -> append(FAILED, 0, r.to, 1) :: else fi;
test:                                                               /* fwd_boot_decide */
        runs = 0;
        if
        :: !TEST && (lost || r.state != ACTING) -> runs = v
        :: else ->
            if :: STARTS_WITH(v) -> runs = v; named = !lost :: else fi;
            if :: runs == 0 && STARTS_WITH(w) -> runs = w :: else fi;
            if :: runs == 0 && STARTS_WITH(stg) -> runs = stg :: else fi;
            if :: runs == 0 && STARTS_WITH(pkg) -> runs = pkg :: else fi
        fi;
        if :: runs == 0 -> goto recovery :: else fi;
        printf("RUN %d\n", runs);
        assert(WHOLE(runs));                                                                /* P1 */
        assert(runs >= counter);                                                            /* P2 */
        if :: named || !COUNT -> counter = runs :: else fi;
        if :: calm -> goto end :: else fi;
        if
        :: deltas > 0 && runs < FULL - 1 && (lost || RESUME(r.state) == 0 || r.destructive) && (!NODELTA || (!lost && !r.destructive)) ->
            deltas--; to = runs + 1; printf("a delta to %d comes\n", to); append(DOWNLOADING, 0, to, r.destructive);
            goto download
        :: runs < FULL && lost || r.destructive -> goto admit
        :: goto off
        fi;
recovery:
        printf("RECOVERY\n"); assert(!calm || full_began);                          /* P4 */
        if :: goto admit :: !calm -> goto off fi
    };
admit:
    skip; /* a state that is stored: full packages may come without end */
    atomic {
        to = FULL; full_began = 1; printf("a full package is admitted\n");
        append(DOWNLOADING, 0, to, 1);                              /* fwd_admit_full, record_begin */
download:
        put(package, to, 2); pkg = to;
        append(DOWNLOADING, 1, to, r.destructive);
        if
        :: r.to != FULL && NODELTA && r.destructive -> goto test
        :: r.to != FULL && !WHOLE(OLD) -> goto test                     /* source-digest, before anything is recorded */
        :: else
        fi;
        append(REHEARSING, 0, to, r.destructive);
        goto resume;
off:
        r.state = 0; r.step = 0; r.to = 0; r.destructive = 0;
        s0 = 0; s1 = 0; bak = 0; stg = 0; pkg = 0; v = 0; w = 0; runs = 0; to = 0; lost = 0; tried = 0; named = 0;
        if
        :: !calm -> calm = 1; cuts = 0; faults = 0; printf("calm from here\n")
        :: !calm && (cuts > 0 || faults > 0)
        :: calm
        fi
    };
    goto start;
end: skip
}
