/* A trial in place: two blocks are kept and overwritten, the new release runs its starts, is confirmed or not, and the
 * old one comes back (verify/undo/, verify/install/trial.c). The comments name the functions. README.md says how to
 * read this; journal and version area are abstract, journal.pml and version.pml show what is assumed of them.
 *
 * Release 1 runs at first, and steps that make release 2 are staged. Step 0 makes block 0 out of its own old bytes, as
 * they are kept; step 1 makes block 1 out of staged bytes. What a cut touches reads as it was, as it was to be, or as
 * nothing, anew at each start. A fault hides an area for one start. Calm: no more cuts, faults and confirmations.
 *
 * Properties:
 *   P1  what runs is a whole release, as its slot was read at this start
 *   P2  and not below the counter
 *   P3  in calm the device comes to an end within STARTS starts
 *   P4  in calm there is no RECOVERY
 *   P5  a state follows only what the table of verify/install/states_table.c allows
 *   P6  what was confirmed stays; what nobody confirmed does not
 *
 * Rules, each can be taken away (0):
 *   KEEP    what is kept is complete before the first step runs (fwd_undo_keep)
 *   PROVE   kept and untouched blocks are hashed before the first is put back (fwd_undo.proves)
 *   AGAIN   that there is nothing to go back to is said at the second start that finds so (stay)
 *   WAIT    the counter waits for the confirmation (fwd_trial_unconfirmed)
 *   ERASE   a block in flight is written again, whatever it reads (put_back)
 * WRITES 1: a fault can be that the journal takes no record at a start. SOONER 1: no rule of the code, but what it would take
 * to survive that (verify/DESIGN.md 8.5): WAIT holds in `switched`, too. */

#include "states.pml"
#ifndef CUTS
#define CUTS 2
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef KEEP
#define KEEP 1
#endif
#ifndef PROVE
#define PROVE 1
#endif
#ifndef AGAIN
#define AGAIN 1
#endif
#ifndef WAIT
#define WAIT 1
#endif
#ifndef ERASE
#define ERASE 1
#endif
#ifndef WRITES
#define WRITES 0
#endif
#ifndef SOONER
#define SOONER 0
#endif
#define TRIALS 1
#define STARTS 8

typedef Cell { byte now; byte next; bit loose };
Cell block[2], kept[2];
/* step: of the action, of the trial (starts), of going back. to: the release that `switched` names. */
typedef Record { byte state; byte step; byte to; bit blind };
Record settled, inflight; /* inflight.state LOST: none */
byte version = 1;         /* named by the current record; release 2 says that 1 was before */
byte version_next;
byte counter = 1;
byte cuts = CUTS, faults = FAULTS;
bit calm, asked, confirmed, begun;
byte calm_starts;

/* Of this start. */
Record r;
byte s0, s1, k0, k1, v, w, runs;
bit lost, staging, mute;

c_decl { static unsigned char told[16][16]; };
hidden byte from_state, to_state;
inline tell(a, b) {
    from_state = a; to_state = b;
    c_code { if (!told[from_state][to_state]) { told[from_state][to_state] = 1; fprintf(stderr, "follows %d %d\n", from_state, to_state); } }
}

inline read(c, x) { x = c.now; if :: c.loose -> x = c.next :: c.loose -> x = 0 :: true fi }

inline append(new_state, new_step, release, is_blind) {
    tell(r.state, new_state);
    assert(FOLLOWS(r.state, new_state));                                                      /* P5 */
    if
    :: mute -> goto test
    :: !mute && cuts > 0 -> cuts--;
        inflight.state = new_state; inflight.step = new_step; inflight.to = release; inflight.blind = is_blind;
        printf("CUT in record %d/%d\n", new_state, new_step); goto off
    :: !mute -> r.state = new_state; r.step = new_step; r.to = release; r.blind = is_blind;
        settled.state = new_state; settled.step = new_step; settled.to = release; settled.blind = is_blind;
        inflight.state = LOST; inflight.step = 0; inflight.to = 0; inflight.blind = 0;
        printf("record %d/%d of %d\n", new_state, new_step, release)
    fi
}
/* The record that was found may have been in flight: it is appended anew before anything rests on it. */
inline again() { append(r.state, r.step, r.to, r.blind) }

/* where: 0 and 1 are the blocks, 2 and 3 what is kept of them */
inline put(c, x, where) {
    if
    :: cuts > 0 -> cuts--; if :: !c.loose -> c.next = c.now :: else fi; c.now = 0; c.loose = 1;
        printf("CUT in the erase of area %d\n", where); goto off
    :: cuts > 0 -> cuts--; c.now = 0; c.next = x; c.loose = 1; printf("CUT in programming %d into area %d\n", x, where); goto off
    :: c.now = x; c.next = 0; c.loose = 0
    fi
}
inline name(x) {                                                    /* write_first */
    if
    :: cuts > 0 -> cuts--; version_next = x; printf("CUT in the version record\n"); goto off
    :: version_next = x; w = x
    fi
}

#define WHOLE(x) (s0 == (x) && s1 == (x))
#define PROVEN   (k0 == 1 && k1 == 1 && v == 2 && counter == 1)

active proctype device()
{
    atomic {
        block[0].now = 1; block[1].now = 1; settled.state = STAGED; settled.to = 2;
    }
start:
    atomic {
        if :: calm -> calm_starts++; assert(calm_starts <= STARTS) :: else fi;             /* P3 */
        r.state = settled.state; r.step = settled.step; r.to = settled.to; r.blind = settled.blind;
        if
        :: inflight.state != LOST ->
            r.state = inflight.state; r.step = inflight.step; r.to = inflight.to; r.blind = inflight.blind
        :: true
        fi;
        v = version; w = 0; if :: version_next > 0 -> w = version_next :: true fi;
        if :: (r.state == SWITCHED || r.state == TRIAL || r.state == DONE) && r.to == version_next -> v = version_next; w = version :: else fi;
        read(block[0], s0); read(block[1], s1); read(kept[0], k0); read(kept[1], k1); staging = 1;
        if
        :: faults > 0 -> faults--;
            if
            :: lost = 1; printf("fault: journal\n")
            :: v = 0; w = 0; printf("fault: version\n")
            :: s0 = 0; s1 = 0; printf("fault: slot\n")
            :: s1 = 0; printf("fault: block 1\n")
            :: k1 = 0; printf("fault: package\n")
            :: WRITES -> mute = 1; printf("fault: no record\n")
            :: staging = 0; k0 = 0; k1 = 0; printf("fault: staging\n")
            fi
        :: true
        fi;
        printf("START record %d/%d of %d blind %d lost %d, slot %d %d, kept %d %d, version %d %d, counter %d\n",
            r.state, r.step, r.to, r.blind, lost, s0, s1, k0, k1, v, w, counter)
    };
    atomic {
        if
        :: lost -> goto test
        :: !lost && r.state == TRIAL -> goto trial
        :: !lost && r.state != TRIAL && RESUME(r.state) == 0 -> goto test
        :: else
        fi;
        again();
resume:
        if
        :: r.state == STAGED ->                                         /* fwd_undo_keep */
            if :: !staging -> goto test :: else fi;
            if :: !WHOLE(1) -> goto test :: else fi;
            if
            :: KEEP || !begun ->
                begun = 1; put(kept[0], s0, 2); k0 = s0;
                put(kept[1], s1, 3); k1 = s1
            :: else
            fi;
            append(STAGED, 1, 2, 0);
            append(ACTING, 0, 2, 0)
        :: r.state == ACTING ->
            if :: !staging -> goto test :: else fi;
            if
            :: r.step == 0 ->
                if :: KEEP && k0 != 1 -> goto test :: else fi;          /* step-result, before the erase */
                put(block[0], 2, 0); s0 = 2;
                append(ACTING, 1, 2, 0)
            :: r.step == 1 -> put(block[1], 2, 1); s1 = 2; append(ACTING, 2, 2, 0)
            :: r.step == 2 ->
                if :: !WHOLE(2) -> goto test :: else fi;
                append(VERIFIED, 0, 2, 0)
            fi
        :: r.state == VERIFIED ->
            if :: !staging || !WHOLE(2) -> goto test :: else fi;
            name(2);
            append(SWITCHED, 0, 2, 0); version = 2; version_next = 0; v = 2; w = 0
        :: r.state == SWITCHED ->                                       /* copy_version, record_done */
            if :: v != r.to -> goto test :: else fi;
            version = v; version_next = 0;
            if
            :: r.to == 2 -> append(TRIAL, 0, 2, 0); goto test
            :: else -> append(DONE, 0, 1, 0); goto test
            fi
        :: r.state == REVERTING ->                                      /* fwd_undo.restore, switch_back */
            if :: r.step < 2 && PROVE && !PROVEN -> goto test :: else fi;
            if
            :: r.step == 0 ->
                if :: ERASE || s0 != 1 -> put(block[0], k0, 0); s0 = k0 :: else fi;
                append(REVERTING, 1, 1, 0)
            :: r.step == 1 ->
                if :: ERASE || s1 != 1 -> put(block[1], k1, 1); s1 = k1 :: else fi;
                append(REVERTING, 2, 1, 0)
            :: r.step == 2 ->
                if :: !WHOLE(1) || v != 2 -> goto test :: else fi;
                name(1);
                append(SWITCHED, 0, 1, 0); version = 1; version_next = 0; v = 1; w = 0
            fi
        fi;
        goto resume;
trial:                                                              /* count, fail, stay */
        if
        :: r.step < TRIALS -> append(TRIAL, TRIALS, 2, r.blind); goto test
        :: else
        fi;
        if
        :: PROVEN || !PROVE -> append(REVERTING, 0, 1, 0); goto resume
        :: !PROVEN && PROVE && AGAIN && !r.blind -> append(TRIAL, TRIALS, 2, 1); goto test
        :: else -> append(DONE, 0, 2, 0)
        fi;
test:                                                               /* fwd_boot_decide */
        runs = 0;
        if
        :: v > 0 && WHOLE(v) && v >= counter -> runs = v
        :: else ->
            if :: (v == 2 || w == 2) && WHOLE(1) && counter == 1 -> runs = 1 :: else fi;
            if :: runs == 0 && w > 0 && WHOLE(w) && w >= counter -> runs = w :: else fi;
            if :: runs == 0 && staging && WHOLE(2) -> runs = 2 :: else fi
        fi;
        if :: runs == 0 -> goto recovery :: else fi;
        printf("RUN %d\n", runs);
        assert(WHOLE(runs));                                                                /* P1 */
        assert(runs >= counter);                                                            /* P2 */
        assert(!confirmed || runs == 2);                                                    /* P6 */
        if
        :: !lost && !mute && (r.state == DONE || r.state == REPORTED) -> again()            /* note_started */
        :: else
        fi;
        if
        :: !lost && v == runs && (!WAIT || r.state == DONE || r.state == REPORTED || (r.state == SWITCHED && !SOONER)) -> counter = runs
        :: else
        fi
        if
        :: !lost && (r.state == DONE || r.state == REPORTED) -> goto over
        :: !calm && !lost && !mute && r.state == TRIAL && runs == 2 ->           /* fwd_update_confirm */
            printf("confirmed\n"); asked = 1; append(DONE, 0, 2, 0);
            again();
            again();
            confirmed = 1;
            goto off
        :: !lost && r.state == TRIAL -> goto off                        /* it does not */
        :: else -> goto off
        fi;
recovery:
        printf("RECOVERY\n"); assert(!calm);                                        /* P4 */
        goto off;
over:
        assert(!calm || asked || runs == 1);                                                    /* P6 */
        if :: calm -> goto end :: else fi;
off:
        r.state = 0; r.step = 0; r.to = 0; r.blind = 0;
        s0 = 0; s1 = 0; k0 = 0; k1 = 0; v = 0; w = 0; runs = 0; lost = 0; staging = 0; mute = 0;
        if
        :: !calm -> calm = 1; cuts = 0; faults = 0; printf("calm from here\n")
        :: !calm && (cuts > 0 || faults > 0)
        :: calm
        fi
    };
    goto start;
end: skip
}
