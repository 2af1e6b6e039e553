# Markdown of bench/results.csv: a line for each pair with fwdelta's default, then a line for each
# setting with geometric means and sums over the pairs that it did.
BEGIN { FS = "," }
FNR == 1 { next }
{
    name = $4 " " $5
    if (!($1 in seen)) { seen[$1] = 1; pairs[++pair_count] = $1; isa[$1] = $2; target[$1] = $3 }
    if (!(name in known)) { known[name] = 1; names[++name_count] = name }
    if (!($2 in is_class)) { is_class[$2] = 1; classes[++class_count] = $2 }
    row[$1, name] = $0
    if ($4 == "bsdiff") bsdiff[$1] = $6
    if ($4 != "fwdelta" && (!($1 in best) || $6 + 0 < best[$1])) { best[$1] = $6 + 0; best_name[$1] = name }
    count[name, $2]++; log_bsdiff[name, $2] += log($12); log_best[name, $2] += log($13)
    gen[name] += $7; apply[name] += $9; bytes[name] += $3
    if ($8 + 0 > gen_mb[name]) gen_mb[name] = $8 + 0
    memory = $11 != "" ? $11 / 1048576 : $10
    if (memory + 0 > apply_mb[name]) apply_mb[name] = memory + 0
}
function mean(sum, key) { return count[key] ? sprintf("%.3f", exp(sum / count[key])) : "" }
function title(class) {
    return class == "thumb2" ? "Thumb-2" : class == "arm32" ? "ARM" : class == "arm64" ? "AArch64" : class
}
END {
    main = "fwdelta fwd default 64K"; large = "fwdelta fwd default"
    print "| pair | target | bsdiff | best peer of this run | fwdelta | × bsdiff | × best peer | gen s, MB | decode MB/s | time × bspatch | arena |"
    print "|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= pair_count; i++) {
        p = pairs[i]
        if ((p, main) in row) split(row[p, main], f, ",")
        else if ((p, large) in row) split(row[p, large], f, ",")
        else continue
        printf "| %s | %d | %d | %d %s | %d | %.3f | %.3f | %.2f, %d | %.1f | %s | %d |\n", p, target[p],
            bsdiff[p], best[p], best_name[p], f[6], f[12], f[13], f[7], f[8], target[p] / f[9] / 1e6, f[14], f[11]
    }
    for (c = 1; c <= class_count; c++) {
        k = main SUBSEP classes[c]
        if (!count[k]) k = large SUBSEP classes[c]
        if (count[k]) printf "| geometric mean, %d × %s | | | | | **%s** | **%s** | | | | |\n", count[k],
            title(classes[c]), mean(log_bsdiff[k], k), mean(log_best[k], k)
    }
    line = "\n| all settings |"; rule = "|---|"
    for (c = 1; c <= class_count; c++) {
        line = line " " title(classes[c]) ": pairs | × bsdiff | × best peer |"
        rule = rule "---:|---:|---:|"
    }
    print line " gen MB/s | gen MB | apply MB/s | apply MB |"
    print rule "---:|---:|---:|---:|"
    for (i = 1; i <= name_count; i++) {
        n = names[i]
        line = "| " n " |"
        for (c = 1; c <= class_count; c++) {
            k = n SUBSEP classes[c]
            line = line sprintf(" %d | %s | %s |", count[k], mean(log_bsdiff[k], k), mean(log_best[k], k))
        }
        printf "%s %.2f | %d | %.1f | %.2f |\n", line, bytes[n] / gen[n] / 1e6, gen_mb[n],
            bytes[n] / apply[n] / 1e6, apply_mb[n]
    }
}
