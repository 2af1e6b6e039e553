# Blocks are put back although they are not what was before.
/^static enum fwd_reason prove_part/,/^}/ s/reason == FWD_OK && !fwd_digest_equal/reason == FWD_E_INTERNAL \&\& !fwd_digest_equal/
