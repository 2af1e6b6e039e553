/* A journal of three or more banks: each record is complete in two of them, the members, before
 * what it says is begun. After power-on both are begun anew: the newest record may have been in
 * flight in one of them. */
#include "verify/flash/journal_internal.h"

/* Is bank a to be erased before bank b? What gives no record first, then what shows an incomplete
 * row at its start (nothing rests on it), then what is older. */
static bool before(const struct fwd_journal_bank *a, const struct fwd_journal_bank *b)
{
    bool a_short = a->row < FWD_JOURNAL_COPIES, b_short = b->row < FWD_JOURNAL_COPIES;

    if (a->newest == 0 || b->newest == 0)
        return a->newest == 0 && b->newest > 0;
    return a_short == b_short ? a->newest < b->newest : a_short;
}

/* The next bank to be erased: no bad one, neither of the two. */
static uint8_t pick(const struct fwd_journal *journal, uint8_t not1, uint8_t not2)
{
    uint8_t best = FWD_JOURNAL_NO_BANK;

    for (uint8_t i = 0; i < journal->bank_count; i++) {
        if (i == not1 || i == not2 || journal->banks[i].bad)
            continue;
        if (best == FWD_JOURNAL_NO_BANK || before(&journal->banks[i], &journal->banks[best]))
            best = i;
    }
    return best;
}

/* Makes another bank the member, with the record at its start. */
static enum fwd_reason replace(struct fwd_journal *journal, uint8_t member, struct fwd_record *next)
{
    uint8_t old = journal->members[member], other = journal->members[1 - member];

    for (;;) {
        uint8_t bank = pick(journal, other, old);
        if (bank == FWD_JOURNAL_NO_BANK)
            break;
        if (fwd_journal_head(journal, bank, next) == FWD_OK) {
            journal->members[member] = bank;
            return FWD_OK;
        }
    }
    /* No third one works: the bank itself, while the other holds the newest record. */
    if (old == FWD_JOURNAL_NO_BANK || journal->banks[old].bad || other == FWD_JOURNAL_NO_BANK ||
        journal->banks[other].bad)
        return FWD_E_JOURNAL_IO;
    return fwd_journal_head(journal, old, next);
}

static enum fwd_reason append_to(
    struct fwd_journal *journal, uint8_t member, struct fwd_record *next)
{
    uint8_t bank = journal->members[member];

    if (bank != FWD_JOURNAL_NO_BANK && !journal->banks[bank].bad &&
        journal->banks[bank].next < fwd_journal_slots(journal, bank) &&
        fwd_journal_holds(journal, bank, next) &&
        fwd_journal_program(journal, bank, journal->banks[bank].next, next) == FWD_OK)
        return FWD_OK;
    return replace(journal, member, next);
}

enum fwd_reason fwd_journal_mirror_append(struct fwd_journal *journal, struct fwd_record *next)
{
    enum fwd_reason first = append_to(journal, 0, next);
    enum fwd_reason second = append_to(journal, 1, next);

    return first == FWD_OK || second == FWD_OK ? FWD_OK : FWD_E_JOURNAL_IO;
}
