# Every layer in execution order: error of its quantizers on the calibration data; what it adds to the error (fresh), the angle to and the SQNR against the float output, and how much it amplifies the error it is handed, on the evaluation data. Shown: cnn / int3 / int3.
# Drawn by: gnuplot layers-cnn.gp    or, in another format: gnuplot -e 'fmt="pdf"' layers-cnn.gp
if (!exists("OUT")) OUT = "layers-cnn"
W = 6.500; H = 1.910
load "term.gp"
load "style.gp"
dat = "layers-cnn.dat"
set multiplot
unset key; set border 1; set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0

set lmargin at screen 0.1009; set rmargin at screen 0.2272
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set label 1 name('mse') at screen 0.1132,0.9346 point linestyle 1 offset 1.1,0 textcolor rgb ink noenhanced front
set label 2 name('minmax') at screen 0.2118,0.9346 point linestyle 2 offset 1.1,0 textcolor rgb ink noenhanced front
set title name('weight error') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.0221049368:0.0618579353]; set format x number; set xtics 0.02 enhanced
set yrange [7.5:-0.5]; set ytics (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 0 using 2:1 with points linestyle 1 notitle, dat index 1 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.2518; set rmargin at screen 0.3781
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set title name('input error') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00378:0.193]; set format x decade; set xtics 1e1 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 2 using 2:1 with points linestyle 1 notitle, dat index 3 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.4027; set rmargin at screen 0.5289
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set title name('fresh error') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00481:0.311]; set format x decade; set xtics 1e1 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 4 using 2:1 with points linestyle 1 notitle, dat index 5 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.5535; set rmargin at screen 0.6798
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set title name('1 − cosine') offset 0,-0.6 noenhanced textcolor rgb ink
set logscale x; set xrange [0.00763:0.577]; set format x decade; set xtics 1e1 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 6 using 2:1 with points linestyle 1 notitle, dat index 7 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.7044; set rmargin at screen 0.8307
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set title name('SQNR (dB)') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [-1.50018381:17.1684197]; set format x number; set xtics 5 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 8 using 2:1 with points linestyle 1 notitle, dat index 9 using 2:1 with points linestyle 2 notitle
unset label

set lmargin at screen 0.8553; set rmargin at screen 0.9815
set bmargin at screen 0.1571; set tmargin at screen 0.7853
set title name('amplification') offset 0,-0.6 noenhanced textcolor rgb ink
unset logscale x; set xrange [0.709346305:1.26745855]; set format x number; set xtics 0.2 enhanced
set yrange [7.5:-0.5]; set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 10 using 2:1 with points linestyle 1 notitle, dat index 11 using 2:1 with points linestyle 2 notitle
unset label
unset multiplot
unset output
