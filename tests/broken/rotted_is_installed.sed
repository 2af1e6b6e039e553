# The slot that the version record names counts as the one that runs, whatever starts.
s/return entry->slot != task->active;/return entry->slot > 1 \&\& task->active > 1;/
