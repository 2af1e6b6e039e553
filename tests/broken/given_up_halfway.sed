# A failure past the point of no return ends the session.
/^void fwd_install_failed/,/^}/ s/^    if \(fails\)$/    if (fwd_states_destructive(record.state, record.flags))\n        record.state = FWD_STATE_DOWNLOADING;\n&/
