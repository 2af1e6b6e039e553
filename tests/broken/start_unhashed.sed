# A start believes the record: no slot in place is hashed.
s/return depth == FWD_START_HASHED \|\|/return depth > FWD_START_HASHED ||/
