# What was signed starts although its security counter is below the device's.
/^static enum fwd_reason check_counter/,/^}/ s/offered < held\)/offered + 1000 < held)/
