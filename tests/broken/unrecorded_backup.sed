# The block is saved, but the journal does not say so: after a cut the torn block is saved again.
/^static enum fwd_reason save\(/,/^}/ {
    s/return fwd_session_record\(update, &record\);/update->journal.record = record;\n    return FWD_OK;/
}
