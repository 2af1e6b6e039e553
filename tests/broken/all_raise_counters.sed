# Whatever runs raises the counter, not only what the journal names.
/^void fwd_start_count/,/^}/ s/!start->named \|\| //
