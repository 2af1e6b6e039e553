# A start on trial that cannot be counted runs what is on trial.
/^static enum fwd_trial_verdict count/,/^}/ s/if \(fwd_journal_append\(&update->journal, &record\) == FWD_OK\)/if (fwd_journal_append(\&update->journal, \&record) != FWD_E_SCRATCH_IO)/
