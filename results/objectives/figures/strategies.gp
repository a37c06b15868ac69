# Output SQNR with 95 % intervals over samples; further right is better; each panel has its own range. Rows: objective. Means over calibration draws.
# Drawn by: gnuplot strategies.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies.gp
if (!exists("OUT")) OUT = "strategies"
W = 6.500; H = 1.460
load "term.gp"
load "style.gp"
dat = "strategies.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.0952; set rmargin at screen 0.5145
set bmargin at screen 0.3562; set tmargin at screen 0.8082
set title name('cnn') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [13.9539019:16.899006]; set xtics 0.5
set yrange [2.5:-0.5]
set ytics (tic('tensor') 0, tic('layer') 1, tic('network') 2)
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.5576; set rmargin at screen 0.9769
set bmargin at screen 0.3562; set tmargin at screen 0.8082
set title name('deep_mlp') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [9.9196643:14.6293271]; set xtics 1
set yrange [2.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2)
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
