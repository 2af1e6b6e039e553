# Adds to each row of measurements the ratio of its bytes to bsdiff's and to those of the best peer of
# its pair, and of its seconds of application to bspatch's. Reads the file twice:
# awk -f ratios.awk rows rows
BEGIN { FS = OFS = "," }
NR == FNR {
    if ($4 != "fwdelta" && (!($1 in best) || $6 + 0 < best[$1])) best[$1] = $6 + 0
    if ($4 == "bsdiff") { bsdiff[$1] = $6 + 0; bspatch[$1] = $9 + 0 }
    next
}
FNR == 1 {
    print "pair,isa,target_bytes,tool,setting,bytes,gen_cpu_s,gen_mb,apply_cpu_s,apply_mb,arena_bytes,x_bsdiff,x_best_peer,x_bspatch_s"
}
{
    # a clock of whole ticks may have seen nothing of a small patch
    seconds = bspatch[$1] > 0 ? sprintf("%.2f", $9 / bspatch[$1]) : ""
    printf "%s,%.4f,%.4f,%s\n", $0, $6 / bsdiff[$1], $6 / best[$1], seconds
}
