# A counterexample in words (run.sh trace) as the id by which replay_trace goes through it: awk -v model=MODEL. An id is
# the kind of device (replay_device.c), ":" and its starts, separated by "/"; of each what happens, separated by ",":
#   hide=AREA            the area gives nothing at this start
#   mute                 the journal takes no record at this start
#   lose                 the journal is gone, from here on
#   send=Nf, send=Nd     a full package of release N comes, or a delta
#   give-up, confirm     the application gives up what is pending, or confirms what is on trial
#   wear=STATE:STEP      the journal takes no record from this one on
#   cut=AREA.WHAT.READS  power fails in the erase, in the last program (end), or in the record STATE:STEP; the starts
#                        after it read what was there (o), what was to be (n) or nothing (-)
BEGIN {
    sub(/\.pml$/, "", model)
    # The areas by number, and where START says what they read; the two version records there.
    if (model ~ /^ab/) {
        split("slot0 slot1 package", area_of); split("9 10 12", field_of); version[1] = 14; version[2] = 20
    } else if (model == "inplace") {
        split("block0 block1 package saved staging", area_of); split("9 10 16 12 14", field_of); version[1] = 18; version[2] = 19
    } else if (model == "trial") {
        version[1] = 12; version[2] = 13
    } else if (model == "undo") {
        split("block0 block1 kept kept", area_of); split("11 12 14 15", field_of); version[1] = 17; version[2] = 18
    }
    for (i in area_of)
        field[area_of[i]] = field_of[i]
    # trial.pml begins in `switched`, undo.pml in `staged`: an installation that was cut there
    line = model ":" (model == "trial" ? "send=2f,cut=journal.12:0.o/" : model == "undo" ? "send=2d,cut=kept.erase.o/" : "")
}
function add(what) { event[starts, ++events[starts]] = what }
function end_cut(area, last) {
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
# Of these states the code's records count other steps, or none.
function numbers(record) {
    if (record ~ /^(1|3|6|7|9|10|11)\//) sub("/.*", "", record)
    sub("/", ":", record)
    return record
}
function hides(fault, area) {
    return fault == area || (fault == "slot" && area ~ /^block/) || (fault == "staging" && area == "saved")
}
function look(area) {
    if (hides(fault, area)) return "-"
    if (area == "journal") return numbers($3) == pending[area] && (release == "" || $5 == release) ? "n" : "o"
    if (area == "version") return $version[1] == named || $version[2] == named ? "n" : "o"
    return $field[area] == 0 ? "-" : pending[area] == "end" && $field[area] == made[area] ? "n" : "o"
}
/^fault: / { fault = $2 $3; sub(/^a.*/, "bank", fault); sub(/^savedblock/, "saved", fault) }
/lost for good/ { gone = 1 }
/^START / {
    gsub(/,/, "")
    for (area in pending) reads[area] = reads[area] look(area)
    starts++
    events[starts] = 0
    if (fault != "") add(fault == "norecord" ? "mute" : "hide=" fault)
    if (gone) add("lose")
    fault = ""; gone = 0
}
/^a (package of|delta to) / { release = (model ~ /^ab/ ? $4 : $4) + 0; add("send=" release (/delta|full 0/ ? "d" : "f")) }
/^a full package is admitted/ { release = 7; add("send=7f") }
/^given up/ { add("give-up") }
/^confirmed/ { add("confirm") }
/^the journal takes no more/ { sub(/,/, ""); add("wear=" numbers($(NF - 1))) }
/^CUT in the erase of area/ { begin_cut(area_of[$NF + 1], "erase") }
/^CUT in programming/ { begin_cut(area_of[$NF + 1], "end") }
/^CUT in record/ { release = NF > 4 ? $6 : ""; begin_cut("journal", numbers($4)) }
/^CUT in the version record/ { named = model == "trial" ? 1 : release; begin_cut("version", "record") }
/^CUT in the erase of the lost journal/ { begin_cut("journal", "erase") }
END {
    for (area in pending) end_cut(area)
    for (i = 1; i <= starts; i++) {
        line = line (i > 1 ? "/" : "")
        for (j = 1; j <= events[i]; j++) line = line (j > 1 ? "," : "") event[i, j]
    }
    print line
}
