# gnuplot -e "data='...'; out='...'" chart.gp: bytes of each pair relative to bsdiff. data: a line of
# pair, best peer / bsdiff, fwdelta / bsdiff.
set terminal pngcairo size 900,420 font "sans,9"
set output out
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set rmargin 7
set grid y
set yrange [0:1.05]
set xtics rotate by -30
set key top right outside horizontal
set ylabel "bytes, relative to bsdiff"
plot data using 2:xtic(1) title "best peer of the run" linecolor rgb "#b0b0b0", \
     data using 3 title "fwdelta (fwd, default, 64 KiB)" linecolor rgb "#2060a0"
