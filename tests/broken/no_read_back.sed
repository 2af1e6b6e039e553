# What was programmed is not read back.
/^enum fwd_reason fwd_step_run_write/,/^}/ s/read_back\(run\)/(run->done == UINT32_MAX ? read_back(run) : FWD_OK)/
