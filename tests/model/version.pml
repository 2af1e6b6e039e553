/* The version area: BANKS banks with a copy of the version record each, as commit.c and version.c write them; the
 * comments name their functions. README.md says how to read this.
 *
 * A record has a number and a content, the release whose firmware it proves. `verified` names the record in force and
 * the bank for the first copy of the new one, `switched` the new record and the bank for the second, `done` ends it.
 * The journal is what journal.pml shows: a record that was appended is found, or the journal is lost for one start.
 *
 * Properties, at every start:
 *   V1  if nothing is hidden the area gives the last release that was committed, or the one that is being committed
 *   V2  with the journal at hand, what it names is found first
 *   V3  nor is what is found first without the journal ever older than the last release that was committed
 *
 * CUTS power cuts (99: without end), FAULTS starts at which a bank, all banks or the journal give nothing, WORN banks
 * that stop taking writes. Rules, each can be taken away (0):
 *   DRIVE  the area is written only as the journal says
 *   TWO    two copies
 *   NAMED  a new number is above the one that the journal names, also when no record can be read
 *   AGAIN  a second copy that a start finds, while the journal says that it is being written, is written again */
#ifndef BANKS
#define BANKS 2
#endif
#ifndef CUTS
#define CUTS 99
#endif
#ifndef FAULTS
#define FAULTS 3
#endif
#ifndef WORN
#define WORN 0
#endif
#ifndef DRIVE
#define DRIVE 1
#endif
#ifndef TWO
#define TWO 1
#endif
#ifndef NAMED
#define NAMED 1
#endif
#ifndef AGAIN
#define AGAIN 1
#endif
#define RELEASES 9
#define NO 15

typedef Copy { byte number; byte release; bit loose };
Copy area[BANKS];
bit worn[BANKS];
byte cuts = CUTS, faults = FAULTS, wear = WORN;

/* The journal. phase: what this state is. */
#define DONE     0
#define VERIFIED 1
#define SWITCHED 2
byte phase = DONE, named = 1, named_release = 1, named_bank, target;
byte committed = 1; /* ghost */

/* Of this start. */
byte number[BANKS], release[BANKS];
bit journal, failed, fault;
byte best, copies, fresh, i, k, bank;

#define HAS(x) ((copies >> (x)) & 1)

inline look() {
    fault = 0; journal = 1; k = NO;
    if
    :: faults > 0 -> faults--; fault = 1;
        if :: journal = 0 :: k = 0 :: k = 1 :: BANKS > 2 -> k = 2 :: k = BANKS fi
    :: true
    fi;
    i = 0;
    do
    :: i < BANKS ->
        number[i] = area[i].number; release[i] = area[i].release;
        if :: area[i].loose -> number[i] = 0 :: true fi;
        if :: k == i || k == BANKS -> number[i] = 0 :: else fi;
        if :: number[i] == 0 -> release[i] = 0 :: else fi;
        i++
    :: else -> break
    od; i = 0
}

/* fwd_version_candidate 0: best is a bank of it, copies all of them */
inline load() {
    best = NO; copies = 0; i = 0;
    do
    :: i < BANKS -> if :: journal && number[i] == named && release[i] == named_release -> best = i :: else fi; i++
    :: else -> break
    od;
    if
    :: best == NO -> i = 0;
        do
        :: i < BANKS -> if :: number[i] > 0 && (best == NO || number[i] > number[best]) -> best = i :: else fi; i++
        :: else -> break
        od
    :: else
    fi;
    i = 0;
    do
    :: i < BANKS && best != NO ->
        if :: number[i] == number[best] && release[i] == release[best] -> copies = copies | (1 << i) :: else fi; i++
    :: else -> break
    od; i = 0
}

/* fwd_version_store */
inline store(b, r) {
    failed = 0;
    if
    :: worn[b] -> failed = 1
    :: !worn[b] && wear > 0 -> wear--; worn[b] = 1; failed = 1; printf("bank %d wears out\n", b)
    :: !worn[b] && cuts > 0 -> cuts = (cuts == 99 -> 99 : cuts - 1); printf("CUT in the erase of bank %d\n", b);
        area[b].loose = 1; goto off
    :: !worn[b] && cuts > 0 -> cuts = (cuts == 99 -> 99 : cuts - 1);
        printf("CUT in record %d of release %d, bank %d\n", fresh, r, b);
        area[b].number = fresh; area[b].release = r; area[b].loose = 1; goto off
    :: !worn[b] -> area[b].number = fresh; area[b].release = r; area[b].loose = 0; number[b] = fresh; release[b] = r;
        printf("record %d of release %d in bank %d\n", fresh, r, b)
    fi
}

/* fwd_version_next_bank: the first one after `last` that has no copy */
inline next_bank(last) {
    i = 1; k = NO;
    do
    :: i < BANKS -> if :: k == NO && (!HAS((last + i) % BANKS)) -> k = (last + i) % BANKS :: else fi; i++
    :: else -> break
    od;
    if :: k == NO -> k = (last + 1) % BANKS :: else fi;
    i = 0
}

active proctype device()
{
    atomic { area[0].number = 1; area[0].release = 1; area[1].number = 1; area[1].release = 1 }
start:
    atomic {
        look(); load();
        printf("START journal %d, hidden %d: numbers %d %d %d, phase %d names %d in bank %d, committed %d\n", journal, fault,
            number[0], number[1], number[BANKS - 1], phase, named, named_bank, committed);
        fresh = 0; i = 0;
        do
        :: i < BANKS -> if :: release[i] >= committed -> fresh = 1 :: else fi; i++
        :: else -> break
        od; i = 0;
        assert(fault || fresh);                                                                   /* V1 */
        assert(fault || (best != NO && number[best] == named));                                   /* V2 */
        assert(best == NO || (fault && journal) || release[best] >= committed);                   /* V3 */
        fresh = 0;
        if :: DRIVE && !journal -> goto off :: else fi
    }
resume:
    if
    :: (phase == DONE || !journal) && committed < RELEASES -> /* fwd_commit_begin */
        atomic {
            target = committed + 1; next_bank(named_bank); named_bank = k; phase = VERIFIED;
            if :: best != NO -> named = number[best]; named_release = release[best] :: else fi;
            journal = 1
        }
    :: journal && phase == VERIFIED -> /* switch_versions */
        atomic { load(); fresh = 1;
            if :: best != NO -> fresh = number[best] + 1 :: else fi;
            if :: NAMED && fresh <= named -> fresh = named + 1 :: else fi;
            bank = named_bank };
        atomic { store(bank, target) };
        if
        :: failed -> /* store(): another bank, never the last copy of the old record */
            atomic { copies = copies & (7 - (1 << bank)); k = 0 };
            do
            :: k < BANKS && failed && k != named_bank && copies != (1 << k) ->
                atomic { copies = copies & (7 - (1 << k)); bank = k; store(k, target); k++ }
            :: k < BANKS && failed && !(k != named_bank && copies != (1 << k)) -> k++
            :: else -> break
            od;
            if :: failed -> goto off :: else fi
        :: else
        fi;
        atomic { named = fresh; named_release = target; phase = SWITCHED; copies = 1 << bank; next_bank(bank); named_bank = k }
    :: journal && phase == SWITCHED -> /* copy_version */
        atomic { load(); fresh = named; bank = named_bank };
        if
        :: best == NO || number[best] != named || release[best] != named_release -> goto off
        :: else
        fi;
        atomic { /* a second copy that is there may have been in flight: it is written again */
            if :: AGAIN && HAS(named_bank) -> copies = copies - (1 << named_bank) :: else fi };
        if
        :: TWO && !HAS(named_bank) && (copies & (copies - 1)) == 0 ->
            atomic { store(bank, named_release); k = 1 };
            do
            :: failed && k < BANKS -> atomic {
                bank = (named_bank + k) % BANKS; k++;
                if :: !HAS(bank) -> store(bank, named_release) :: else fi }
            :: else -> break
            od
        :: else
        fi;
        atomic { phase = DONE; committed = named_release; printf("release %d is committed\n", committed) }
    :: goto off
    fi;
    goto resume;
off:
    atomic {
        i = 0; do :: i < BANKS -> number[i] = 0; release[i] = 0; i++ :: else -> break od;
        i = 0; k = 0; best = 0; copies = 0; fresh = 0; bank = 0; failed = 0; fault = 0; journal = 0
    };
    goto start
}
