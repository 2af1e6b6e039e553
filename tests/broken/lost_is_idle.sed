# A delta in place is admitted although the journal cannot be read.
/^enum fwd_reason fwd_admit_full/,/^}/ s/if \(delta_in_place\(update\)\)/if (delta_in_place(update) \&\& update->held > FWD_SIGNED_MAX)/
