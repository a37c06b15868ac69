# Every layer in execution order: error of its quantizers on the calibration data; what it adds to the error (fresh), the angle to and the SQNR against the float output, and how much it amplifies the error it is handed, on the evaluation data. Shown: int4 / int4. More than fits: the rest is in the tables.
# Drawn by: gnuplot layers.gp    or, in another format: gnuplot -e 'fmt="pdf"' layers.gp
if (!exists("OUT")) OUT = "layers"
W = 6.500; H = 3.040
load "term.gp"
load "style.gp"
dat = "layers.dat"
set multiplot
unset key; set border 1; set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0

set lmargin at screen 0.1009; set rmargin at screen 0.2272
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set label 1 name('mse / mse') at screen 0.1132,0.9589 point linestyle 1 offset 1.1,0 textcolor rgb ink noenhanced front
set label 2 name('mse / minmax') at screen 0.2737,0.9589 point linestyle 2 offset 1.1,0 textcolor rgb ink noenhanced front
set label 3 name('mse / percentile(p=99.99)') at screen 0.4651,0.9589 point linestyle 3 offset 1.1,0 textcolor rgb ink noenhanced front
set label 4 name('mse / entropy') at screen 0.7905,0.9589 point linestyle 4 offset 1.1,0 textcolor rgb ink noenhanced front
set label 5 name('minmax / minmax') at screen 0.1132,0.9030 point linestyle 5 offset 1.1,0 textcolor rgb ink noenhanced front
set label 6 name('minmax / percentile(p=99.99)') at screen 0.3355,0.9030 point linestyle 6 offset 1.1,0 textcolor rgb ink noenhanced front
set title name('weight error') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.00341461703:0.0232140048]; set format x number; set xtics 0.01 enhanced
set yrange [7.5:-0.5]; set ytics (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 0 using 2:1 with points linestyle 1 notitle, dat index 1 using 2:1 with points linestyle 2 notitle, dat index 2 using 2:1 with points linestyle 3 notitle, dat index 3 using 2:1 with points linestyle 4 notitle, dat index 4 using 2:1 with points linestyle 5 notitle, dat index 5 using 2:1 with points linestyle 6 notitle
unset label

set lmargin at screen 0.2518; set rmargin at screen 0.3781
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set title name('input error') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.000935:1.67]; set format x decade; set xtics 1e2 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 6 using 2:1 with points linestyle 1 notitle, dat index 7 using 2:1 with points linestyle 2 notitle, dat index 8 using 2:1 with points linestyle 3 notitle, dat index 9 using 2:1 with points linestyle 4 notitle, dat index 10 using 2:1 with points linestyle 5 notitle, dat index 11 using 2:1 with points linestyle 6 notitle
unset label

set lmargin at screen 0.4027; set rmargin at screen 0.5289
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set title name('fresh error') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.000602:3.53]; set format x decade; set xtics 1e2 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 12 using 2:1 with points linestyle 1 notitle, dat index 13 using 2:1 with points linestyle 2 notitle, dat index 14 using 2:1 with points linestyle 3 notitle, dat index 15 using 2:1 with points linestyle 4 notitle, dat index 16 using 2:1 with points linestyle 5 notitle, dat index 17 using 2:1 with points linestyle 6 notitle
unset label

set lmargin at screen 0.5535; set rmargin at screen 0.6798
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set title name('1 − cosine') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00141:1.14]; set format x decade; set xtics 1e2 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 18 using 2:1 with points linestyle 1 notitle, dat index 19 using 2:1 with points linestyle 2 notitle, dat index 20 using 2:1 with points linestyle 3 notitle, dat index 21 using 2:1 with points linestyle 4 notitle, dat index 22 using 2:1 with points linestyle 5 notitle, dat index 23 using 2:1 with points linestyle 6 notitle
unset label

set lmargin at screen 0.7044; set rmargin at screen 0.8307
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set title name('SQNR (dB)') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [-1.82853646:24.8846967]; set format x number; set xtics 10 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 24 using 2:1 with points linestyle 1 notitle, dat index 25 using 2:1 with points linestyle 2 notitle, dat index 26 using 2:1 with points linestyle 3 notitle, dat index 27 using 2:1 with points linestyle 4 notitle, dat index 28 using 2:1 with points linestyle 5 notitle, dat index 29 using 2:1 with points linestyle 6 notitle
unset label

set lmargin at screen 0.8553; set rmargin at screen 0.9815
set bmargin at screen 0.0987; set tmargin at screen 0.8092
set title name('amplification') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.704014038:1.49168639]; set format x number; set xtics 0.5 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 30 using 2:1 with points linestyle 1 notitle, dat index 31 using 2:1 with points linestyle 2 notitle, dat index 32 using 2:1 with points linestyle 3 notitle, dat index 33 using 2:1 with points linestyle 4 notitle, dat index 34 using 2:1 with points linestyle 5 notitle, dat index 35 using 2:1 with points linestyle 6 notitle
unset label
unset multiplot
unset output
