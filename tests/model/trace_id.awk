# A counterexample of ab.pml in words (run.sh trace) as the id by which replay_trace goes through it: its starts,
# separated by "/"; of each what happens, separated by ",":
#   hide=AREA            the area gives nothing at this start
#   send=Nf, send=Nd     a full package of release N comes, or a delta
#   give-up              the application gives up what is pending
#   cut=AREA.WHAT.READS  power fails in the erase, in the last program (end), or in the record of state WHAT; the
#                        starts after it read what was there (o), what was to be (n) or nothing (-)
function add(what) { event[starts, ++events[starts]] = what }
function end_cut(area) {
    if (!(area in pending)) return
    last = substr(reads[area], length(reads[area]))
    while (length(reads[area]) > 1 && substr(reads[area], length(reads[area]) - 1, 1) == last)
        reads[area] = substr(reads[area], 1, length(reads[area]) - 1)
    event[where[area]] = "cut=" area "." pending[area] "." (reads[area] == "" ? "-" : reads[area])
    delete pending[area]
}
function begin_cut(area, what) {
    end_cut(area)
    add("cut"); where[area] = starts SUBSEP events[starts]
    pending[area] = what; reads[area] = ""; made[area] = $4
}
function look(area, now) { reads[area] = reads[area] now }
function held(area, value) { look(area, value == 0 ? "-" : pending[area] == "end" && value == made[area] ? "n" : "o") }
/^fault: / { fault = $2 $3; sub(/^a.*/, "bank", fault) }
/^START / {
    gsub(/,/, "")
    for (area in pending) {
        if (area == fault) look(area, "-")
        else if (area ~ /^slot/) held(area, $(9 + substr(area, 5)))
        else if (area == "package") held(area, $12)
        else if (area == "journal") look(area, $3 == pending[area] && $5 == release ? "n" : "o")
        else look(area, $14 == release || $20 == release ? "n" : "o")
    }
    starts++
    events[starts] = 0
    if (fault != "") add("hide=" fault)
    fault = ""
}
/^a package of / { release = $4 + 0; add("send=" release ($NF ? "f" : "d")) }
/^given up/ { add("give-up") }
/^CUT in the erase of area/ { begin_cut($NF == 2 ? "package" : "slot" $NF, "erase") }
/^CUT in programming/ { begin_cut($NF == 2 ? "package" : "slot" $NF, "end") }
/^CUT in record/ { release = $6; begin_cut("journal", $4) }
/^CUT in the version record/ { begin_cut("version", "record") }
/^CUT in the erase of the lost journal/ { begin_cut("journal", "erase") }
END {
    for (area in pending) end_cut(area)
    for (i = 1; i <= starts; i++) {
        line = line (i > 1 ? "/" : "")
        for (j = 1; j <= events[i]; j++) line = line (j > 1 ? "," : "") event[i, j]
    }
    print line
}
