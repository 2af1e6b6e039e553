# The journal says that the block is saved before it is.
/^static enum fwd_reason save\(/,/^}/ s/^    for \(uint32_t tries = 0/    struct fwd_record early = update->journal.record;\n    early.flags |= FWD_RECORD_SAVED;\n    early.scratch %= places;\n    if (fwd_session_record(update, \&early) != FWD_OK)\n        return FWD_E_JOURNAL_IO;\n&/
