# A block that reads like what was kept is not put back, although its program may have been interrupted.
/^static enum fwd_reason put_back/,/^}/ s/reason = write_block\(walk\);/reason = read_back(walk) == FWD_OK ? FWD_OK : write_block(walk);/
