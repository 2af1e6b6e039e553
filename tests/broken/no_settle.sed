# Decisions rest on the record that was last when power came.
s/fwd_journal_settle\(&update->journal\)/FWD_OK/
