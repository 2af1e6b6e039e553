/* Two slots: start, resume, switch, fallback, RECOVERY, packages with and without a source (verify/install/,
 * verify/trust/). The comments name the functions. README.md says how to read this; journal and version area are
 * abstract, journal.pml and version.pml show what is assumed of them.
 *
 * Release 1 is in slot 0 at first. A package makes the next release, as a delta of what runs or in full; a device that
 * runs nothing takes a full one of any. A version record names release, slot, and the release that was there before
 * (in the other slot). What a cut touches reads as it was, as it was to be, or as nothing, anew at each start. A fault
 * hides an area for one start. Calm: no more cuts and faults.
 *
 * Properties:
 *   P1  what runs is a whole release, as its slot was read at this start
 *   P2  and not below the counter (RAISE 1: each release raises it)
 *   P3  in calm the device runs something within STARTS starts
 *   P4  in calm there is no RECOVERY: one slot is always whole
 *   P5  a state follows only what the table of verify/install/states_table.c allows
 *
 * Rules, each can be taken away (0):
 *   TEST    what starts is hashed, and proven by something signed (start_test.c)
 *   MIRROR  each record in two banks: a hidden bank hides nothing
 *   COUNT   only the record that the journal names raises the counter, not what runs by other proof (fwd_start_count)
 *   TURN    source and target are turned round only when two starts find that the slot which the journal calls active
 *           does not pass (fwd_install_load)
 *   OLDER   a journal that names an older version record than the one of which there are two copies counts as lost
 *           (fwd_update_init), and a rehearsal is not gone on with at a start that finds no version record
 *   PAIR    where the journal names no version record, one of which there are two copies comes before a single one, which
 *           may have been in flight (fwd_version_candidate)
 * GIVE_UP 1: the application may give up what is pending (fwd_update_abandon). */
#include "states.pml"
#ifndef CUTS
#define CUTS 2
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef RAISE
#define RAISE 0
#endif
#ifndef TEST
#define TEST 1
#endif
#ifndef MIRROR
#define MIRROR 1
#endif
#ifndef COUNT
#define COUNT 1
#endif
#ifndef TURN
#define TURN 1
#endif
#ifndef PAIR
#define PAIR 1
#endif
#ifndef OLDER
#define OLDER 1
#endif
#ifndef PACKAGES
#define PACKAGES 2
#endif
#ifndef GIVE_UP
#define GIVE_UP 0
#endif
#define STARTS 5
#define NO     9

/* reads now; loose: as now, as next, or as nothing (0) */
typedef Cell { byte now; byte next; bit loose };
/* num: the number of the version record; a journal record holds the one that it names */
typedef Version { byte release; byte slot; byte before; byte num };
/* in: the slot that runs, and is not written; blind: a start has waited for the version record; turned: a start has
 * found that slot `in` does not pass */
typedef Record { byte state; byte to; bit whole; bit destructive; bit in; bit blind; bit turned; byte num };
Cell slot[2], package;
bit package_full;
Version version, version_next;  /* a copy of the second may be there; release 0: there is none */
Record settled, inflight;       /* inflight.state LOST: none */
byte before, before_num;        /* the session before: its release, and what its last record names */
bit before_done, before_in;
bit twice = 1;                  /* two copies of `version` are complete */
bit loose, loose_next;          /* the only copy of `version`, of `version_next` was cut */
bit stale;                      /* a journal that was given up may be found again: an older record of it */
byte counter = RAISE;
byte cuts = CUTS, faults = FAULTS, packages = PACKAGES, newest = 1;
bit calm; byte calm_starts;

/* Of this start. */
Record r;
Version v, w;
byte s[2], pkg, runs, at, runs_in, target, to, i;
bit lost, fell, named, waits, waited;

hidden byte from_state, to_state;
/* Each transition is told once, on standard error: the test compares them with the table. */
c_decl { static unsigned char told[16][16]; };
inline tell(a, b) {
    from_state = a; to_state = b;
    c_code { if (!told[from_state][to_state]) { told[from_state][to_state] = 1; fprintf(stderr, "follows %d %d\n", from_state, to_state); } }
}

inline read(c, x) { x = c.now; if :: c.loose -> x = c.next :: c.loose -> x = 0 :: true fi }

/* fwd_journal_append; a lost journal is erased first (begin_anew) */
inline append(new_state, release, is_full, damage) {
    tell((lost -> LOST : r.state), new_state);
    assert(FOLLOWS((lost -> LOST : r.state), new_state));                                    /* P5 */
    if :: new_state == DONE || lost -> r.blind = 0 :: else fi;
    if :: new_state >= REHEARSING && !waits -> r.turned = 0 :: else fi;
    if
    :: cuts > 0 && lost -> cuts--; stale = 1; printf("CUT in the erase of the lost journal\n"); goto off
    :: cuts > 0 -> cuts--;
        if :: lost -> settled.state = LOST; stale = 0; r.num = 0 :: else fi;
        inflight.state = new_state; inflight.to = release; inflight.whole = is_full; inflight.destructive = damage; inflight.in = r.in; inflight.blind = r.blind; inflight.turned = r.turned; inflight.num = r.num;
        printf("CUT in record %d of %d\n", new_state, release); goto off
    :: r.state = new_state; if :: lost -> r.num = 0 :: else fi; r.to = release; r.whole = is_full; r.destructive = damage; lost = 0; stale = 0;
        if :: new_state == DOWNLOADING && settled.to != release ->
            before = settled.to; before_num = settled.num; before_in = settled.in; before_done = (settled.state == DONE) :: else fi;
        settled.state = new_state; settled.to = release; settled.whole = is_full; settled.destructive = damage; settled.in = r.in; settled.blind = r.blind; settled.turned = r.turned; settled.num = r.num;
        inflight.state = LOST; inflight.to = 0; inflight.whole = 0; inflight.destructive = 0; inflight.in = 0; inflight.blind = 0; inflight.turned = 0; inflight.num = 0;
        printf("record %d of %d\n", new_state, release)
    fi
}
inline again(state_now) { append(state_now, r.to, r.whole, r.destructive) }
/* fwd_session_wait_for_version: once until one is found, and not where the journal names nothing */
inline wait() {
    if
    :: v.release > 0 -> r.blind = 0
    :: v.release == 0 && !lost && r.num > 0 && (!r.blind || waited) -> waits = 1; waited = 1; r.blind = 1; again(r.state); waits = 0; goto test
    :: else
    fi
}

/* An erase and what is programmed after it. where: 0 and 1 are the slots, 2 the package area */
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
    r.to = settled.to; r.whole = settled.whole; r.destructive = settled.destructive; r.state = settled.state; r.in = settled.in; r.blind = 0;
    r.turned = 0; r.num = settled.num;
    if
    :: true
    :: before > 0 && before_done -> r.to = before; r.destructive = 0; r.in = before_in; r.num = before_num;
        if :: r.state = SWITCHED :: r.state = DONE fi
    :: before > 0 -> r.to = before; r.destructive = 0; r.in = (before_done -> 1 - before_in : before_in);
        r.num = (before_done -> before_num - 1 : before_num);
        if :: r.state = REHEARSING :: r.state = STAGED :: r.state = VERIFIED fi
    :: settled.state > REHEARSING && settled.state <= DONE ->
        if :: settled.state >= SWITCHED -> r.in = 1 - settled.in; r.num = settled.num - 1 :: else fi;
        if :: r.state = REHEARSING :: settled.state > STAGED -> r.state = STAGED :: settled.state > VERIFIED -> r.state = VERIFIED fi
    :: settled.state == DONE -> r.state = SWITCHED
    :: lost = 1
    fi
}

#define COUNTS(x)  (RAISE -> (x) >= counter : 1)
#define IN(x, where) ((x) > 0 && s[where] == (x) && COUNTS(x))

/* fwd_version_candidate, fwd_start_test_record: the record, then what was there before */
inline try(x) {
    if
    :: runs == 0 && IN(x.release, x.slot) -> runs = x.release; at = x.slot
    :: runs == 0 && !IN(x.release, x.slot) && IN(x.before, 1 - x.slot) && (!RAISE || x.before >= x.release) ->
        runs = x.before; at = 1 - x.slot
    :: else
    fi
}
/* fwd_start_test_retained: which slot runs, by the version record */
inline plan() {
    runs_in = r.in; fell = 0;
    if
    :: v.release > 0 -> runs_in = v.slot;
        if
        :: s[v.slot] != v.release && v.before > 0 && s[1 - v.slot] == v.before -> runs_in = 1 - v.slot; fell = 1
        :: else
        fi
    :: else
    fi;
    target = 1 - runs_in
}
/* A session keeps to what was recorded with `rehearsing`. */
inline keep_plan() { plan(); runs_in = r.in; target = 1 - runs_in; fell = (v.release > 0 && v.slot == target) }

active proctype device()
{
    atomic { slot[0].now = 1; version.release = 1; version.num = 1; settled.state = IDLE; settled.to = 1; settled.num = 1 }
start:
    atomic {
        if :: calm -> calm_starts++; assert(calm_starts <= STARTS) :: else fi;             /* P3 */
        if
        :: stale -> older()
        :: !stale ->
            r.state = settled.state; r.to = settled.to; r.whole = settled.whole; r.destructive = settled.destructive; r.in = settled.in; r.blind = settled.blind;
            r.turned = settled.turned; r.num = settled.num;
            if
            :: inflight.state != LOST ->
                r.state = inflight.state; r.to = inflight.to; r.whole = inflight.whole; r.destructive = inflight.destructive;
                r.in = inflight.in; r.blind = inflight.blind; r.turned = inflight.turned; r.num = inflight.num
            :: true
            fi
        fi;
        lost = lost || r.state == LOST;
        v.release = version.release; v.slot = version.slot; v.before = version.before; v.num = version.num;
        if :: loose -> v.release = 0; v.before = 0 :: true fi;
        if
        :: version_next.release > 0 ->
            w.release = version_next.release; w.slot = version_next.slot; w.before = version_next.before; w.num = version_next.num
        :: version_next.release == 0 || loose_next
        fi;
        read(slot[0], s[0]); read(slot[1], s[1]); read(package, pkg);
        if
        :: faults > 0 -> faults--;
            if
            :: lost = 1; printf("fault: journal\n")
            :: !MIRROR && r.state > REHEARSING && r.state < DONE -> r.state = REHEARSING; printf("fault: a bank, an older record counts\n")
            :: v.release = 0; v.before = 0; w.release = 0; w.before = 0; printf("fault: version\n")
            :: s[0] = 0; printf("fault: slot 0\n")
            :: s[1] = 0; printf("fault: slot 1\n")
            :: pkg = 0; printf("fault: package\n")
            fi
        :: true
        fi;
        if /* fwd_version_candidate: the named one, else the newest */
        :: w.release > 0 && (v.release == 0 || (!lost && r.num == w.num) || ((lost || r.num != v.num) && w.num > v.num && !(PAIR && twice))) ->
            to = v.release; v.release = w.release; w.release = to;
            to = v.slot; v.slot = w.slot; w.slot = to;
            to = v.before; v.before = w.before; w.before = to;
            to = v.num; v.num = w.num; w.num = to; to = 0
        :: else
        fi;
        if
        :: OLDER && !lost && !r.destructive && v.release > 0 && twice && r.num > 0 && r.num < version.num -> lost = 1; printf("the journal is older than the version record\n")
        :: else
        fi;
        printf("START record %d of %d lost %d, slots %d %d, package %d, version %d in %d after %d or %d in %d, counter %d\n",
            r.state, r.to, lost, s[0], s[1], pkg, v.release, v.slot, v.before, w.release, w.slot, counter);
    };
    atomic {
        if
        :: lost || RESUME(r.state) == 0 -> goto test
        :: else
        fi;
        again(r.state);                                      /* fwd_session_count_start */
resume:                                                             /* go_on */
        if
        :: RESUME(r.state) > 0 && r.state != SWITCHED && (pkg != r.to || package_full != r.whole) -> goto fail    /* package-lost */
        :: else
        fi;
        if
        :: r.state == REHEARSING ->
            keep_plan(); if :: OLDER -> wait() :: else fi;
            if
            :: !r.whole && s[runs_in] != r.to - 1 -> goto fail            /* source-digest */
            :: else
            fi;
            put(slot[target], r.to, target); s[target] = r.to;
            again(STAGED)
        :: r.state == STAGED -> if :: v.release > 0 -> r.num = v.num :: else fi; again(VERIFIED) /* fwd_commit_begin */
        :: r.state == VERIFIED ->                                       /* switch_versions */
            keep_plan(); wait();
            if
            :: s[target] != r.to -> goto fail
            :: else
            fi;
            if
            :: v.release > 0 && v.num != version.num -> /* a bank without the current one is written */
                version.release = v.release; version.slot = v.slot; version.before = v.before; version.num = v.num; twice = 0; loose = loose_next
            :: else
            fi;
            version_next.release = r.to; version_next.slot = target; version_next.before = 0; version_next.num = (v.release > 0 && v.num > r.num -> v.num : r.num) + 1;
            if :: v.release > 0 -> version_next.before = (v.slot == target -> v.before : v.release) :: else fi;
            if :: cuts > 0 -> cuts--; loose_next = 1; printf("CUT in the version record\n"); goto off :: loose_next = 0 fi;
            r.in = target; r.num = version_next.num; again(SWITCHED); twice = 0; loose = 0;
            version.release = version_next.release; version.slot = version_next.slot; version.before = version_next.before; version.num = version_next.num;
            v.release = version.release; v.slot = version.slot; v.before = version.before; v.num = version.num;
            version_next.release = 0; version_next.slot = 0; version_next.before = 0; version_next.num = 0; loose_next = 0; w.release = 0; w.slot = 0; w.before = 0; w.num = 0
        :: r.state == SWITCHED ->                                       /* copy_version */
            if :: v.release != r.to -> goto test :: else fi;
            version.release = v.release; version.slot = v.slot; version.before = v.before; version.num = v.num; twice = 1; loose = 0;
            version_next.release = 0; version_next.slot = 0; version_next.before = 0; version_next.num = 0; loose_next = 0;
            append(DONE, r.to, r.whole, 0)
        :: r.state == DONE -> goto test
        fi;
        goto resume;
fail:
        if
        :: FOLLOWS(r.state, FAILED) -> again(FAILED)
        :: else
        fi;
test:                                                               /* fwd_boot_decide */
        runs = 0; at = 0; i = 0;
        if
        :: !TEST -> runs = v.release; at = v.slot
        :: else ->
            try(v); named = (runs == v.release && runs > 0 && !lost && r.num == v.num); try(w);
            if
            :: runs == 0 && IN(pkg, 0) -> runs = pkg; at = 0
            :: runs == 0 && !IN(pkg, 0) && IN(pkg, 1) -> runs = pkg; at = 1
            :: else
            fi
        fi;
        if :: runs == 0 -> goto recovery :: else fi;
        printf("RUN %d in slot %d\n", runs, at);
        assert(s[at] == runs);                                                             /* P1 */
        assert(!RAISE || runs >= counter);                                                 /* P2 */
        if :: RAISE && (!COUNT || named) -> counter = runs :: else fi;
        if :: calm -> goto end :: else fi;
        if
        :: packages > 0 && (lost || RESUME(r.state) == 0) && !(v.release == newest + 1) ->
            to = runs + 1; if :: to < newest && lost -> to = newest :: else fi;
            packages--; if :: to > newest -> newest = to :: else fi; i = 0; if :: i = 1 :: !lost && !r.destructive -> i = 0 fi;
            goto download
        :: GIVE_UP && !lost && !r.destructive && RESUME(r.state) > 0 && FOLLOWS(r.state, FAILED) -> /* fwd_update_abandon */
            printf("given up\n"); again(FAILED); goto test
        :: goto off
        fi;
recovery:
        printf("RECOVERY\n"); assert(!calm); to = newest; i = 1;                    /* P4 */
        if :: lost || RESUME(r.state) == 0 -> goto download :: goto off fi
    };
download:
    skip; /* a state that is stored: packages may come without end */
    atomic {
        printf("a package of %d comes, full %d\n", to, i);
        if                                                          /* fwd_running_note */
        :: v.release == 0 && (IN(pkg, 0) || IN(pkg, 1)) ->
            at = (IN(pkg, r.in) -> r.in : 1 - r.in);
            if :: at != r.in -> wait() :: else fi;
            r.in = at
        :: v.release > 0 -> wait()
        :: else
        fi;
        at = 0;
        append(DOWNLOADING, to, i, (lost -> 1 : r.destructive));
        package_full = r.whole; put(package, to, 2); pkg = to;
        append(DOWNLOADING, to, r.whole, r.destructive);
        plan();
        if
        :: TURN && runs_in != r.in && (!r.turned || waited) -> waits = 1; waited = 1; r.turned = 1; again(DOWNLOADING); waits = 0; goto test
        :: else
        fi;
        if
        :: !r.whole && s[runs_in] != r.to - 1 -> goto test
        :: v.release == to && !fell -> goto test                        /* fwd_plan_installed */
        :: else
        fi;
        r.in = runs_in; if :: v.release > 0 -> r.blind = 0 :: else fi; append(REHEARSING, to, r.whole, r.destructive);
        goto resume;
off:
        r.state = 0; r.to = 0; r.whole = 0; r.destructive = 0; r.in = 0; r.blind = 0; r.turned = 0; r.num = 0; v.num = 0; w.num = 0; v.release = 0; v.slot = 0; v.before = 0; w.release = 0; w.slot = 0; w.before = 0;
        s[0] = 0; s[1] = 0; pkg = 0; runs = 0; at = 0; runs_in = 0; target = 0; to = 0; i = 0; lost = 0; fell = 0; named = 0; waits = 0; waited = 0;
        if
        :: !calm -> calm = 1; cuts = 0; faults = 0; printf("calm from here\n")
        :: !calm && (cuts > 0 || faults > 0)
        :: calm
        fi
    };
    goto start;
end: skip
}
