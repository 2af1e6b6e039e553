# The bank with the newest record is erased before the next one is complete.
/^enum fwd_reason fwd_journal_pair_append/,/^}/ s/enum fwd_reason reason = append_row/enum fwd_reason reason = journal->home == FWD_JOURNAL_NO_BANK ? FWD_OK : fwd_journal_erase(journal, journal->home, next);\n    if (reason == FWD_OK)\n        reason = append_row/
