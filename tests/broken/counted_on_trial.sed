# The counter follows what is on trial.
/^enum fwd_reason fwd_boot_decide/,/^}/ s/ && !fwd_trial_unconfirmed\(update\)//
