# Every layer in execution order: error of its quantizers on the calibration data; what it adds to the error (fresh), the angle to and the SQNR against the float output, and how much it amplifies the error it is handed, on the evaluation data. Shown: deep_mlp / int3 / int3.
# Drawn by: gnuplot layers-deep_mlp.gp    or, in another format: gnuplot -e 'fmt="pdf"' layers-deep_mlp.gp
if (!exists("OUT")) OUT = "layers-deep_mlp"
W = 6.500; H = 2.660
load "term.gp"
load "style.gp"
dat = "layers-deep_mlp.dat"
set multiplot
unset key; set border 1; set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0

set lmargin at screen 0.0700; set rmargin at screen 0.2014
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set label 1 name('mse') at screen 0.0823,0.9530 point linestyle 1 offset 1.1,0 textcolor rgb ink noenhanced front
set label 2 name('minmax') at screen 0.1809,0.9530 point linestyle 2 offset 1.1,0 textcolor rgb ink noenhanced front
set title name('weight error') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.0415644387:0.0676778336]; set format x number; set xtics 0.02 enhanced
set yrange [12.5:-0.5]; set ytics (tic('fc.0') 0, tic('fc.1') 1, tic('fc.2') 2, tic('fc.3') 3, tic('fc.4') 4, tic('fc.5') 5, tic('fc.6') 6, tic('fc.7') 7, tic('fc.8') 8, tic('fc.9') 9, tic('fc.10') 10, tic('fc.11') 11, tic('fc.12') 12)
plot dat index 0 using 2:1 with points linestyle 1 notitle, dat index 1 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.2260; set rmargin at screen 0.3574
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set title name('input error') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00378:0.244]; set format x decade; set xtics 1e1 enhanced
set yrange [12.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 2 using 2:1 with points linestyle 1 notitle, dat index 3 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.3821; set rmargin at screen 0.5135
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set title name('fresh error') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.00321980325:0.0868694537]; set format x number; set xtics 0.05 enhanced
set yrange [12.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 4 using 2:1 with points linestyle 1 notitle, dat index 5 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.5381; set rmargin at screen 0.6695
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set title name('1 − cosine') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00507:0.342]; set format x decade; set xtics 1e1 enhanced
set yrange [12.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 6 using 2:1 with points linestyle 1 notitle, dat index 7 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.6941; set rmargin at screen 0.8255
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set title name('SQNR (dB)') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [3.1777529:18.3351384]; set format x number; set xtics 5 enhanced
set yrange [12.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 8 using 2:1 with points linestyle 1 notitle, dat index 9 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.8501; set rmargin at screen 0.9815
set bmargin at screen 0.1128; set tmargin at screen 0.8459
set title name('amplification') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.830299379:1.02413331]; set format x number; set xtics 0.1 enhanced
set yrange [12.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 10 using 2:1 with points linestyle 1 notitle, dat index 11 using 2:1 with points linestyle 2 notitle
unset label
unset multiplot
unset output
