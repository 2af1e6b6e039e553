# An erase of a block that journal and version area share does not put the version record back.
/^static enum fwd_reason erase\(/,/^}/ s/reason == FWD_OK && found \?/reason == FWD_OK \&\& found \&\& whole.size == 0 ?/
