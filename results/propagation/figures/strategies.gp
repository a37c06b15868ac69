# Output SQNR with 95 % intervals over samples; further right is better; each panel has its own range. Rows: activation calibration. Means over calibration draws.
# Drawn by: gnuplot strategies.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies.gp
if (!exists("OUT")) OUT = "strategies"
W = 6.500; H = 2.400
load "term.gp"
load "style.gp"
dat = "strategies.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
unset xlabel

set lmargin at screen 0.0849; set rmargin at screen 0.3535
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [28.0200179:36.1900864]; set xtics 5
set yrange [1.5:-0.5]
set ytics (tic('minmax') 0, tic('mse') 1)
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.3966; set rmargin at screen 0.6652
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [9.80354409:11.1113918]; set xtics 0.5
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.7083; set rmargin at screen 0.9769
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int3 / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [4.04325044:4.3836753]; set xtics 0.1
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
plot dat index 4 using 2:1 with points linestyle 8 notitle, \
     dat index 5 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.0849; set rmargin at screen 0.3535
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [38.3301066:39.3691748]; set xtics 0.5
set yrange [1.5:-0.5]
set ytics (tic('minmax') 0, tic('mse') 1)
plot dat index 6 using 2:1 with points linestyle 8 notitle, \
     dat index 7 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.3966; set rmargin at screen 0.6652
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [12.4719761:15.7949332]; set xtics 1
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
plot dat index 8 using 2:1 with points linestyle 8 notitle, \
     dat index 9 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.7083; set rmargin at screen 0.9769
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int3 / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [5.03685192:5.77610279]; set xtics 0.2
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
plot dat index 10 using 2:1 with points linestyle 8 notitle, \
     dat index 11 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
