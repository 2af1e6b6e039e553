/* The journal alone, slot by slot, as verify/flash/journal.c, journal_mirror.c (three banks) and journal_pair.c
 * (two) write it; the comments name their functions. README.md says how to read this.
 *
 * What a record says is a number here, the claim. The caller only lets it grow: claim n is begun when the record of
 * n - 1 is complete. A start that finds the journal lost may admit a package (claims from FRESH on); then the journal
 * is begun anew.
 *
 * Properties, at every start:
 *   J1  the claim that is found is not older than the last one whose append came back
 *   J2  no claim is found that nobody began
 *   J3  the journal is lost only while a fault hides it
 * With three banks J1 holds at a start with one bank hidden, too. Starts are not counted. From the first erase of a journal that is begun anew
 * until its first record is complete, an older record of the one that was given up may count again (section 6 of
 * DESIGN.md); inplace.pml and ab.pml show what that can do. What was found then is what J1 and J2 go on from.
 *
 * What fails: CUTS power cuts; what they touch reads as it was, as it was to be, as nothing, or blank, chosen anew at
 * each start until an erase completes. FAULTS starts at which one bank (HIDE 1) or all read as nothing or blank.
 * WORN banks that stop taking writes.
 * Rules, each can be taken away (0):
 *   HEAD   copies in a row at the start of a bank and after power-on (DESIGN.md section 6: three times)
 *   JUMP   what is added to the sequence after power-on, for each slot of a bank
 *   ORDER  which bank is erased first: none, short, old (journal_mirror.c before())
 *   SINGLE one record alone is a lost journal (found_any)
 *   FORGET a lost journal is erased as a whole before the first record (begin_anew)
 *   MIRROR each record in two banks
 *
 * SHARE 1: each bank has the version record, too, in a half of its own (sharing.c): claims 1 and 2 name number 1, 3 and
 * 4 number 2, and so on; those of a journal that was begun anew name none.
 *   V1  a start that finds a claim finds the version record that it names; without a journal, any
 *   CARRY  an erase puts the version record back, from another bank (sharing.c erase)
 *   BESIDE a new one goes beside the old one in a bank that stays, before the record that names it (journal.c take_fresh)
 *   SPARE  nothing is erased for a new journal while no version record can be read (sharing.c erase) */
#ifndef NB
#define NB 3
#endif
#ifndef CUTS
#define CUTS 2
#endif
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef HIDE
#define HIDE (NB > 2)
#endif
#ifndef WORN
#define WORN 0
#endif
#ifndef HEAD
#define HEAD 3
#endif
#ifndef JUMP
#define JUMP 2
#endif
#ifndef ORDER
#define ORDER 1
#endif
#ifndef SINGLE
#define SINGLE 1
#endif
#ifndef FORGET
#define FORGET 1
#endif
#ifndef MIRROR
#define MIRROR 1
#endif
#ifndef SHARE
#define SHARE 0
#endif
#ifndef CARRY
#define CARRY 1
#endif
#ifndef BESIDE
#define BESIDE 1
#endif
#ifndef SPARE
#define SPARE 1
#endif
#ifndef CLAIMS
#define CLAIMS 5
#endif
#define SLOTS 4   /* FWD_JOURNAL_SLOTS_MIN: the fewest, so that banks change soonest */
#define FRESH 32
#define GAP   50
#define NO    9
#define AT(bank, slot) ((bank) * SLOTS + (slot))

/* seq 0: no record. loose: an operation on it was cut. */
typedef Slot { byte seq; byte claim; bit loose };
Slot flash[NB * SLOTS];
bit worn[NB];
byte cuts = CUTS, faults = FAULTS, wear = WORN;

/* Ghosts. sure: the last claim that is complete; last: the newest that was begun; anew: between the first erase of a
 * new journal and its first record. */
byte sure, last;
bit anew;

/* What the scan of this start found, and how the journal goes on. */
byte newest[NB], row[NB], next[NB];
bit bad[NB];
byte claim, seq, valid, claims;
#if SHARE
/* Version records, two places in a bank: in flash, and as this start reads them. holds: the number that the bank is
 * known to hold. */
#define PLACE(k, p) ((k) * 2 + (p))
#define VER(c) ((c) >= FRESH -> 0 : ((c) + 1) / 2)
#define HAS(k, n) (seen[PLACE(k, 0)] == (n) || seen[PLACE(k, 1)] == (n))
#define HOLDS(k) (VER(claim) == 0 || holds[k] == VER(claim))
#define ANY (seen[0] > 0 || seen[1] > 0 || seen[2] > 0 || seen[3] > 0 || seen[NB * 2 - 2] > 0 || seen[NB * 2 - 1] > 0)
byte vers[NB * 2], seen[NB * 2], holds[NB];
bit vloose[NB * 2], ram, apart;
byte need, w;
#else
#define HOLDS(k) true
#endif
/* How a slot in flight reads at this start. */
#define STORED  0
#define NOTHING 1
#define BLANK   2
byte as[NB * SLOTS];
bit lost, settled, failed;
byte first; /* the sequence number that the scan found */
byte hidden_bank, b, i, streak, got, want, m, v, bank;
#if NB > 2
byte member[2];
#else
byte home, nxt, hnext, before_bank, before_slot;
#endif

inline wipe(x) { flash[x].seq = 0; flash[x].claim = 0; flash[x].loose = 0 }

#if SHARE
/* Which number, and does another bank have it? Without a name: what two banks have, else the newest. */
inline source(k) {
    d_step {
        need = VER(claim); apart = 0; i = 0;
        do
        :: i < NB * 2 && VER(claim) == 0 -> w = 0;
            do
            :: w < NB -> if :: w != i / 2 && seen[i] > 0 && HAS(w, seen[i]) && (!apart || seen[i] > need) -> need = seen[i]; apart = 1 :: else fi; w++
            :: else -> break
            od;
            if :: !apart && seen[i] > need -> need = seen[i] :: else fi; i++
        :: else -> break
        od;
        w = 0; i = 0; apart = (need > 0 && ram);
        do
        :: i < NB -> if :: i != k && need > 0 && HAS(i, need) -> apart = 1 :: else fi; i++
        :: else -> break
        od; i = 0
    }
}
/* put() into a place; cut: it may read as it is, or as nothing */
inline put(x, n) {
    vers[x] = n; seen[x] = n;
    if
    :: cuts > 0 -> cuts--; printf("CUT in version record %d, bank %d\n", n, (x) / 2); vloose[x] = 1; goto off
    :: true
    fi
}
#endif

/* fwd_journal_erase */
inline erase(k) {
    newest[k] = 0; row[k] = 0; next[k] = 0; failed = 0;
#if SHARE
    source(k);
    if
    :: !worn[k] && need > 0 && !apart && HAS(k, need) -> failed = 1; bad[k] = 1 /* or it is copied before */
    :: else
    fi;
    if
    :: failed
    :: !failed -> erase_block(k);
        if
        :: failed
        :: !failed -> d_step {
                vers[PLACE(k, 0)] = 0; seen[PLACE(k, 0)] = 0; vloose[PLACE(k, 0)] = 0;
                vers[PLACE(k, 1)] = 0; seen[PLACE(k, 1)] = 0; vloose[PLACE(k, 1)] = 0;
                holds[k] = VER(claim)
            };
            if :: CARRY && apart -> put(PLACE(k, 0), need) :: else fi
        fi
    fi;
    need = 0; apart = 0
#else
    erase_block(k)
#endif
}
inline erase_block(k) {
    if
    :: worn[k] -> failed = 1; bad[k] = 1
    :: !worn[k] && wear > 0 -> wear--; worn[k] = 1; failed = 1; bad[k] = 1; printf("bank %d wears out\n", k)
    :: !worn[k] && cuts > 0 -> cuts--; printf("CUT in the erase of bank %d\n", k);
        d_step { i = 0; do :: i < SLOTS -> flash[AT(k, i)].loose = 1; i++ :: else -> break od; i = 0 };
#if SHARE
        vloose[PLACE(k, 0)] = 1; vloose[PLACE(k, 1)] = 1;
#endif
        goto off
    :: !worn[k] -> d_step { i = 0; do :: i < SLOTS -> wipe(AT(k, i)); i++ :: else -> break od; i = 0 }
    fi
}

/* fwd_journal_program */
inline program(k, s) {
    failed = 0; assert(seq < 250 && seq - first < GAP); assert(s < SLOTS);
    if
    :: worn[k] -> failed = 1; bad[k] = 1; next[k] = s + 1
    :: !worn[k] ->
        /* a slot that may have been in flight is never programmed again, but for the same bad luck twice (pair) */
        assert(NB == 2 || (flash[AT(k, s)].seq == 0 && !flash[AT(k, s)].loose));
        flash[AT(k, s)].seq = seq; flash[AT(k, s)].claim = claim;
        if
        :: cuts > 0 -> cuts--; printf("CUT in claim %d, sequence %d, bank %d slot %d\n", claim, seq, k, s);
            flash[AT(k, s)].loose = 1; goto off
        :: flash[AT(k, s)].loose = 0
        fi;
        newest[k] = seq; seq++; next[k] = s + 1
    fi
}

/* scan_bank, note_record; b: the bank. How the slots in flight read is chosen first. */
inline scan_slot(x) {
    if
    :: hidden_bank == b || hidden_bank == NB -> streak = 0; if :: got -> next[b] = i + 1 :: else fi
    :: else -> if
        :: as[x] == NOTHING -> streak = 0; next[b] = i + 1
        :: as[x] == BLANK || (as[x] == STORED && flash[x].seq == 0) -> streak = 0
        :: as[x] == STORED && flash[x].seq > 0 -> streak++; next[b] = i + 1; valid++;
            if :: streak > row[b] -> row[b] = streak :: else fi;
            if :: flash[x].seq > newest[b] -> newest[b] = flash[x].seq :: else fi;
            if :: flash[x].seq > seq -> seq = flash[x].seq; claim = flash[x].claim :: else fi
        fi;
        as[x] = STORED
    fi
}
inline scan() {
    hidden_bank = NO; got = 0;
    if
    :: faults > 0 -> faults--;
        if :: hidden_bank = NB :: HIDE -> hidden_bank = 0 :: HIDE -> hidden_bank = 1 :: HIDE && NB > 2 -> hidden_bank = 2 fi;
        if :: got = 0 :: got = 1 fi   /* blank, or as something that is no record */
    :: true
    fi;
    i = 0;
    do
    :: i < NB * SLOTS && hidden_bank != NB && flash[i].loose && hidden_bank != i / SLOTS ->
        if :: as[i] = NOTHING :: as[i] = BLANK :: flash[i].seq > 0 fi; i++
    :: i < NB * SLOTS && hidden_bank != NB && !(flash[i].loose && hidden_bank != i / SLOTS) -> i++
    :: i >= NB * SLOTS || hidden_bank == NB -> break
    od;
    i = 0; seq = 0;
    d_step {
        claim = 0; valid = 0; b = 0;
        do
        :: b < NB -> i = 0; streak = 0; do :: i < SLOTS -> scan_slot(AT(b, i)); i++ :: else -> break od; b++
        :: else -> break
        od; i = 0; b = 0; streak = 0
    };
#if SHARE
    do /* look */
    :: b < NB * 2 ->
        if
        :: hidden_bank == b / 2 || hidden_bank == NB -> seen[b] = 0
        :: else -> if :: seen[b] = vers[b] :: vloose[b] -> seen[b] = 0 fi
        fi; b++
    :: else -> break
    od;
    b = 0;
    d_step { do :: b < NB -> holds[b] = (HAS(b, VER(claim)) -> VER(claim) : 0); b++ :: else -> break od; b = 0 };
#endif
    lost = (valid == 0 || (SINGLE && valid == 1));
    printf("START hidden %d: claim %d sequence %d of %d records, lost %d, sure %d\n", hidden_bank, claim, seq, valid, lost, sure);
    first = seq; seq = seq + JUMP * SLOTS + 1;
    got = 0
}

#if NB > 2
/* journal_mirror.c */
#define SHORT(x) (row[x] < HEAD)
#define BEFORE(x, y) (!ORDER -> 0 : ((newest[x] == 0 || newest[y] == 0) -> (newest[x] == 0 && newest[y] > 0) : \
    ((SHORT(x) == SHORT(y)) -> newest[x] < newest[y] : SHORT(x))))
inline pick(not1, not2) {
    d_step {
        v = NO; i = 0;
        do
        :: i < NB -> if :: i != not1 && i != not2 && !bad[i] && (v == NO || BEFORE(i, v)) -> v = i :: else fi; i++
        :: else -> break
        od; i = 0
    }
}
#endif

active proctype device()
{
    atomic {
        /* fwd_provision_factory: the heads of the first two banks */
        b = 0; seq = 1;
        do
        :: b < 2 -> i = 0;
            do
            :: i < 3 -> flash[AT(b, i)].seq = seq; flash[AT(b, i)].claim = 1; seq++; i++
            :: else -> break
            od; b++
        :: else -> break
        od;
#if SHARE
        vers[PLACE(0, 0)] = 1; vers[PLACE(1, 0)] = 1;
#endif
        b = 0; i = 0; seq = 0; sure = 1; last = 1
    }
start:
    atomic {
        scan();
        assert(hidden_bank != NO || !lost || anew);                                          /* J3 */
        if
        :: !lost && anew && claim < sure -> printf("an older record counts again\n"); sure = claim
        :: else
        fi;
        assert(lost || hidden_bank == NB || claim >= sure);                                  /* J1 */
        assert(lost || claim <= last);                                                       /* J2 */
#if SHARE
        if                                                                                   /* V1 */
        :: hidden_bank != NO && (hidden_bank == NB || NB == 2)
        :: else -> assert(ANY);
            assert(lost || VER(claim) == 0 || HAS(0, VER(claim)) || HAS(1, VER(claim)) || HAS(NB - 1, VER(claim)))
        fi;
#endif
        if
        :: lost -> if :: sure < FRESH -> claim = FRESH :: sure >= FRESH -> claim = sure + 1 :: goto off fi
        :: else
        fi;
#if NB > 2
        member[0] = NO; member[1] = NO
#else
        /* choose_start */
        bank = (newest[1] > newest[0] -> 1 : 0); home = bank; hnext = next[bank] + 1; nxt = NO;
        if
        :: row[bank] >= HEAD || newest[1 - bank] == 0
        :: row[bank] == 1 && row[bank] < HEAD && newest[1 - bank] > 0 -> bank = 1 - bank; home = bank; hnext = NO
        :: row[bank] > 1 && row[bank] < HEAD && newest[1 - bank] > 0 -> nxt = hnext; hnext = NO
        fi
#endif
    };
    atomic {
#if SHARE
        if
        :: SPARE && lost && !ANY -> goto off
        :: else
        fi;
#endif
        if
        :: lost -> /* begin_anew */
            b = 0; anew = 1; seq = 1; first = 0;
            do
            :: b < NB && FORGET -> erase(b); if :: failed -> goto off :: else fi; b++
            :: b >= NB || !FORGET -> break
            od;
            b = 0;
#if NB == 2
            bank = 1; home = NO; nxt = NO; hnext = NO
#endif
        :: else
        fi;
append:
        if :: claim > last -> last = claim :: else fi;
#if SHARE
        if /* take_fresh */
        :: BESIDE && ram ->
#if NB > 2
            bank = member[1];
#else
            v = home;
#endif
            w = (NB > 2 -> bank : v);
            if :: w != NO && !bad[w] && !worn[w] && vers[PLACE(w, 1)] == 0 && !vloose[PLACE(w, 1)] -> b = PLACE(w, 1); put(b, VER(claim)) :: else fi;
            b = 0; v = 0; w = 0
        :: else
        fi;
#endif
#if NB > 2
        m = 0; streak = 0;
        do
        :: m < 2 -> /* append_to */
            failed = 1; bank = member[m];
            if
            :: bank != NO && (!bad[bank] && next[bank] < SLOTS && HOLDS(bank)) -> program(bank, next[bank])
            :: else
            fi;
            if
            :: failed -> /* replace */
                pick(member[1 - m], bank); b = v;
                do
                :: b != NO -> /* fwd_journal_head */
                    erase(b); got = 0;
                    do
                    :: !failed && got < HEAD -> program(b, got); got++
                    :: else -> break
                    od;
                    if
                    :: !failed -> row[b] = HEAD; member[m] = b; break
                    :: else -> pick(member[1 - m], bank); b = v
                    fi
                :: b == NO ->
                    if
                    :: bank == NO || bad[bank] || member[1 - m] == NO || bad[member[1 - m]] -> break
                    :: else -> erase(bank); got = 0;
                        do
                        :: !failed && got < HEAD -> program(bank, got); got++
                        :: else -> break
                        od;
                        break
                    fi
                od
            :: else
            fi;
            if :: !failed -> streak++ :: else fi; m++; b = 0; got = 0; bank = 0;
            if :: !MIRROR && streak > 0 -> m = 2 :: else fi
        :: m >= 2 -> break
        od;
        if :: streak == 0 -> goto off :: else fi;
#else
        /* append_row */
        got = 0; m = 8; want = (settled -> 1 : HEAD);
        do
        :: got < want && m > 0 ->
            before_bank = bank; before_slot = nxt;
            do
            :: m > 0 -> /* make_room */
                m--; failed = 0;
                if
                :: nxt < SLOTS && HOLDS(bank)
                :: !(nxt < SLOTS && HOLDS(bank)) && bank != home && hnext < SLOTS && HOLDS(home) -> bank = home; nxt = hnext; hnext = NO
                :: !(nxt < SLOTS && HOLDS(bank)) && !(bank != home && hnext < SLOTS && HOLDS(home)) -> bank = 1 - bank;
                    if :: bank == home -> bank = 1 - home :: else fi;
                    nxt = 0; erase(bank); if :: failed -> nxt = NO :: else fi
                fi;
                if
                :: failed
                :: else -> program(bank, nxt); nxt++; if :: !failed -> break :: else fi
                fi
            :: m == 0 -> goto off
            od;
            if :: bank == before_bank && before_slot != NO && nxt == before_slot + 1 -> got++ :: else -> got = 1 fi;
            if :: bank != home -> want = HEAD :: else fi
        :: got >= want -> break
        :: got < want && m == 0 -> goto off
        od;
        home = bank; hnext = NO; before_bank = 0; before_slot = 0; got = 0; want = 0; m = 0;
#endif
#if SHARE
        ram = 0;
#endif
        settled = 1; sure = claim; if :: anew -> last = claim :: else fi; anew = 0; lost = 0; claims++; printf("claim %d is complete\n", claim);
#if NB == 2
        if /* fwd_journal_prove, before anything destructive */
        :: claims == 1 && !bad[1 - home] -> v = 1 - home; erase(v); got = 0;
            do
            :: !failed && got < HEAD -> program(v, got); got++
            :: else -> break
            od;
            if :: failed -> goto off :: else -> bank = v; home = v; nxt = HEAD; v = 0; got = 0 fi
        :: true
        fi;
#endif
        if
        :: (claim < CLAIMS || (claim >= FRESH && claim < FRESH + CLAIMS)) -> claim++;
#if SHARE
            ram = (VER(claim) != VER(claim - 1));
#endif
            goto append
        :: goto off
        fi;
off:
        skip;
        d_step {
            b = 0; do :: b < NB -> newest[b] = 0; row[b] = 0; next[b] = 0; bad[b] = 0; b++ :: else -> break od;
            /* only differences of sequence numbers matter, and none above GAP: no start uses as many */
            seq = 255; valid = 0; i = 0;
            do
            :: i < NB * SLOTS ->
                if :: flash[i].seq > 0 && flash[i].seq < seq -> seq = flash[i].seq :: else fi;
                if :: flash[i].seq > valid -> valid = flash[i].seq :: else fi; i++
            :: else -> break
            od;
            i = 0;
            do :: i < NB * SLOTS -> if :: flash[i].seq > 0 -> flash[i].seq = flash[i].seq - seq + 1 :: else fi; i++ :: else -> break od;
            valid = valid - seq + 1; seq = 1;
            do
            :: valid > 2 * GAP && seq < valid -> /* v: the next after seq */
                v = 255; i = 0;
                do :: i < NB * SLOTS -> if :: flash[i].seq > seq && flash[i].seq < v -> v = flash[i].seq :: else fi; i++ :: else -> break od;
                got = (v - seq > GAP -> v - seq - GAP : 0); i = 0;
                do :: i < NB * SLOTS -> if :: flash[i].seq >= v -> flash[i].seq = flash[i].seq - got :: else fi; i++ :: else -> break od;
                seq = v - got; valid = valid - got
            :: else -> break
            od;
#if SHARE
            b = 0; do :: b < NB * 2 -> seen[b] = 0; b++ :: else -> break od;
            b = 0; do :: b < NB -> holds[b] = 0; b++ :: else -> break od;
            ram = 0; apart = 0; need = 0; w = 0;
#endif
            claim = 0; seq = 0; first = 0; valid = 0; lost = 0; settled = 0; failed = 0; hidden_bank = 0; b = 0; i = 0; streak = 0; got = 0;
            want = 0; m = 0; v = 0; bank = 0; claims = 0;
#if NB > 2
            member[0] = 0; member[1] = 0
#else
            home = 0; nxt = 0; hnext = 0; before_bank = 0; before_slot = 0
#endif
        }
    };
    goto start
}
