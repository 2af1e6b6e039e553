# A step is recorded as done before it is.
s/^    for \(int tries = 0; tries < WRITE_TRIES/    if (reason == FWD_OK)\n        reason = record_step(run, next);\n&/
s/return reason == FWD_OK \? record_step\(run, next\) : reason;/return reason;/
