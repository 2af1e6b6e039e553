# A block of an inactive slot is recorded as done when it is entered.
/^static enum fwd_reason enter_block/,/^}/ {
    s/return reason == FWD_OK \? fwd_flash_erase/struct fwd_record record = writer->update->journal.record;\n    record.step = writer->block.index + 1;\n    if (reason == FWD_OK)\n        reason = fwd_session_record(writer->update, \&record);\n    writer->update->journal.record.step--;\n    &/
}
