# That a start has waited for the version record is forgotten with the session.
s/^        next.best_state = next.best_component = 0;/&\n        next.flags \&= (uint8_t)~FWD_RECORD_BLIND;/
