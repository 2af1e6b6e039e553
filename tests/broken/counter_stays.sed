# The security counter does not follow what runs.
/^void fwd_start_count/,/^}/ s/counter != NULL && i </counter != NULL \&\& i + 100u </
