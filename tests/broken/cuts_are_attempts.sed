# A power cut counts as a failed attempt.
s/^    if \(update->journal\.record\.state != FWD_STATE_REHEARSING\)$/    if (reason == FWD_OK)\n        record_failure(update, FWD_E_STEP_RESULT);\n&/
