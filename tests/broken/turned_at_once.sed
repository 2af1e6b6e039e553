# Source and target are turned round on the word of a single start.
/^static enum fwd_reason wait_to_turn/,/^}/ s/bool waited = /bool waited = true || /
