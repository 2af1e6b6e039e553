# Decisions rest on the record that was last when power came.
s/fwd_session_count_start\(update\)/FWD_OK/
