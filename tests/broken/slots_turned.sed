# Without a version record slot 0 is taken for the one that runs.
s/&update->trusted, update->active, &update->plan/\&update->trusted, versions->found ? update->active : 0, \&update->plan/
