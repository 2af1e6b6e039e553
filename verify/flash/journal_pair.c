/* A journal of two banks: while one is erased the other holds the newest record. */
#include "verify/flash/journal_internal.h"

/* Where the first record after power-on may go. A slot that was in flight may read blank, now or in
 * a later power cycle, and must not be programmed again before it is erased; which slots were tried
 * in earlier power cycles cannot be seen. So the record goes to a bank that is erased first, and
 * the question is which:
 * - A row of FWD_JOURNAL_COPIES: all of them but the last are stable. The other bank is older for
 *   ever, and is taken.
 * - A row of one: the bank was begun and the copies are not complete, so nothing rests on it. The
 *   other bank holds the state, and this one is erased again.
 * - In between the last copy was in flight and may have been seen by an earlier power cycle, which
 *   then began to erase the other bank: both must stay. The record goes to a slot after the last
 *   one, which only the same bad luck twice would find in flight. */
static void choose_start(struct fwd_journal *journal)
{
    uint8_t newest = journal->banks[1].newest > journal->banks[0].newest ? 1 : 0;
    const struct fwd_journal_bank *bank = &journal->banks[newest];
    bool alone = journal->banks[1 - newest].newest == 0;

    journal->bank = journal->home = newest;
    journal->home_next = bank->next + 1;
    journal->next = FWD_JOURNAL_NO_SLOT;
    if (bank->row >= FWD_JOURNAL_COPIES || alone)
        return;
    if (bank->row == 1) {
        journal->bank = journal->home = (uint8_t)(1 - newest);
        journal->home_next = FWD_JOURNAL_NO_SLOT;
        return;
    }
    journal->next = journal->home_next;
    journal->home_next = FWD_JOURNAL_NO_SLOT;
}

void fwd_journal_pair_begin(struct fwd_journal *journal, bool fresh)
{
    if (!fresh) {
        choose_start(journal);
        return;
    }
    journal->bank = 1; /* so that the next one is 0 */
    journal->home = FWD_JOURNAL_NO_BANK;
    journal->next = journal->home_next = FWD_JOURNAL_NO_SLOT;
}

/* A bank that is not erased for a record which names another version record. */
static bool takes(struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next)
{
    if (fwd_journal_holds(journal, bank, next))
        return true;
    if (!journal->sharing->take(journal, bank, next))
        return false;
    journal->banks[bank].version = next->version_number;
    return true;
}

/* Goes to the other bank when this one is full or fails; never erases the one that holds the newest
 * record. */
static enum fwd_reason make_room(struct fwd_journal *journal, const struct fwd_record *next)
{
    bool room = journal->next < fwd_journal_slots(journal, journal->bank);

    if (room && fwd_journal_holds(journal, journal->bank, next))
        return FWD_OK;
    if (room && journal->bank == journal->home)
        journal->home_next = journal->next; /* if the other one fails */
    if (journal->bank != journal->home && journal->home_next != FWD_JOURNAL_NO_SLOT &&
        journal->home_next < fwd_journal_slots(journal, journal->home) &&
        takes(journal, journal->home, next)) {
        journal->bank = journal->home;
        journal->next = journal->home_next;
        journal->home_next = FWD_JOURNAL_NO_SLOT;
        return FWD_OK;
    }
    journal->bank = journal->bank == 0 ? 1 : 0;
    if (journal->bank == journal->home)
        journal->bank = (uint8_t)(1 - journal->home);
    journal->next = 0;
    enum fwd_reason reason = fwd_journal_erase(journal, journal->bank, next);
    if (reason != FWD_OK)
        journal->next = FWD_JOURNAL_NO_SLOT; /* not this bank */
    return reason;
}

/* One record, in the first slot that takes it. */
static enum fwd_reason append_one(struct fwd_journal *journal, struct fwd_record *next)
{
    /* Each failing slot is passed over; two rounds of failing banks are enough to give up. */
    for (uint32_t tries = 4 + 2 * FWD_JOURNAL_SLOTS_MIN; tries > 0; tries--) {
        if (make_room(journal, next) != FWD_OK)
            continue;
        enum fwd_reason reason = fwd_journal_program(journal, journal->bank, journal->next, next);
        journal->next++;
        if (reason == FWD_OK)
            return FWD_OK;
    }
    return FWD_E_JOURNAL_IO;
}

/* The record, as often in a row as its place asks for. */
static enum fwd_reason append_row(struct fwd_journal *journal, struct fwd_record *next, bool head)
{
    uint32_t in_a_row = 0, wanted = head ? FWD_JOURNAL_COPIES : 1;

    for (uint32_t tries = 4 * FWD_JOURNAL_COPIES; in_a_row < wanted; tries--) {
        uint8_t bank = journal->bank;
        uint32_t slot = journal->next;
        if (tries == 0 || append_one(journal, next) != FWD_OK)
            return FWD_E_JOURNAL_IO;
        bool follows = journal->bank == bank && journal->next == slot + 1;
        in_a_row = follows ? in_a_row + 1 : 1;
        if (journal->bank != journal->home)
            wanted = FWD_JOURNAL_COPIES;
    }
    return FWD_OK;
}

enum fwd_reason fwd_journal_pair_append(struct fwd_journal *journal, struct fwd_record *next)
{
    enum fwd_reason reason = append_row(journal, next, !journal->settled);

    if (reason != FWD_OK)
        return reason;
    journal->home = journal->bank;
    journal->home_next = FWD_JOURNAL_NO_SLOT;
    return FWD_OK;
}

enum fwd_reason fwd_journal_pair_prove(struct fwd_journal *journal, struct fwd_record *next)
{
    uint8_t other = (uint8_t)(1 - journal->home);

    if (fwd_journal_head(journal, other, next) != FWD_OK)
        return FWD_E_JOURNAL_IO;
    journal->bank = journal->home = other;
    journal->next = FWD_JOURNAL_COPIES;
    journal->record = *next;
    return FWD_OK;
}
