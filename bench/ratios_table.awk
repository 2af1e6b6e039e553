# Markdown of ratios.csv: geometric means by group of instruction sets, and a line for each pair. Exit
# status 1: a package is larger than the best peer's patch and `margin` bytes.
BEGIN { FS = "," }
FNR == 1 { next }
function in_group(isa, group) {
    if (group == "Thumb-2") return isa == "thumb2"
    if (group == "other Arm, 32 bits") return isa ~ /^(arm|arm32|cortex-.*)$/
    if (group == "kernel, AArch64") return isa == "arm64"
    if (group == "ESP8266, ESP32, S3, C3") return isa ~ /^(xtensa-lx|riscv32imc)/
    if (group == "kernel, x86-64") return isa == "x86-64-kernel"
    if (group == "all that are not Arm")
        return isa !~ /^(thumb2|arm|arm32|arm64|cortex-.*|x86-64-kernel)$/
    return isa !~ /^(arm64|x86-64-kernel)$/
}
{
    n++
    for (i = 1; i <= NF; i++) cell[n, i] = $i
    if ($7 > $5 + margin) { over++; names = names " " $1 }
}
function ratio(a, b) { return b > 0 && a != "" ? sprintf("%.3f", a / b) : "" }
function mean(sum, count) { return count ? sprintf("%.3f", exp(sum / count)) : "" }
END {
    split("Thumb-2;other Arm, 32 bits;kernel, AArch64;kernel, x86-64;ESP8266, ESP32, S3, C3;all that are not Arm;all but kernels", groups, ";")
    print "| pairs | count | × best peer | × bsdiff | gen CPU × bsdiff | with `--codec fwd` |"
    print "|---|---:|---:|---:|---:|---:|"
    for (g = 1; g <= 7; g++) {
        count = timed = best = bsdiff = gen = fwd = 0
        for (i = 1; i <= n; i++) {
            if (!in_group(cell[i, 2], groups[g])) continue
            count++
            best += log(cell[i, 7] / cell[i, 5])
            bsdiff += log(cell[i, 7] / cell[i, 4])
            if (cell[i, 8] > 0 && cell[i, 9] > 0) {
                timed++
                gen += log(cell[i, 9] / cell[i, 8])
                fwd += log(cell[i, 10] / cell[i, 8])
            }
        }
        if (count)
            printf "| %s | %d | %s | %s | %s | %s |\n", groups[g], count, mean(best, count), mean(bsdiff, count),
                mean(gen, timed), mean(fwd, timed)
    }
    print "\n| pair | target | best peer | its patch | package | × best peer | × bsdiff | gen CPU × bsdiff | with `--codec fwd` |"
    print "|---|---:|---|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= n; i++)
        printf "| %s | %d | %s | %d | %d | %s | %s | %s | %s |\n", cell[i, 1], cell[i, 3], cell[i, 6],
            cell[i, 5], cell[i, 7], ratio(cell[i, 7], cell[i, 5]), ratio(cell[i, 7], cell[i, 4]),
            ratio(cell[i, 9], cell[i, 8]), ratio(cell[i, 10], cell[i, 8])
    if (over)
        printf "\nLarger than the best peer and %d bytes:%s.\n", margin, names
    else
        printf "\nNo package is larger than the best peer's patch and %d bytes.\n", margin
    exit over > 0
}
