# Output SQNR by the order in which layers were quantized; further right is better; bars: 95 % intervals over samples. Rows: method. Grey: random orders, one point each; outlined where there are twenty. Means over calibration draws.
# Drawn by: gnuplot orders.gp    or, in another format: gnuplot -e 'fmt="pdf"' orders.gp
if (!exists("OUT")) OUT = "orders"
W = 6.500; H = 2.470
load "term.gp"
load "style.gp"
dat = "orders.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.1674; set rmargin at screen 0.9769
set bmargin at screen 0.2105; set tmargin at screen 0.8178
set label 1 name('forward') at screen 0.1797,0.9494 point linestyle 1 offset 1.1,0 textcolor rgb ink noenhanced front
set label 2 name('backward') at screen 0.3195,0.9494 point linestyle 2 offset 1.1,0 textcolor rgb ink noenhanced front
set label 3 name('random orders') at screen 0.4697,0.9494 point linestyle 8 offset 1.1,0 textcolor rgb ink noenhanced front
set title name('') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [15.6413934:20.5910416]; set xtics 0.5
set yrange [2.5:-0.5]
set ytics (tic('gptq') 0, tic('qep(alpha=1)') 1, tic('gptaq(alpha=1)') 2)
plot dat index 0 using 2:1 with filledcurves closed fillcolor rgb faint fillstyle solid 1 noborder notitle, \
     dat index 1 using 2:($1-0.42):(0):(0.84) with vectors nohead linecolor rgb cloud linewidth 1 notitle, \
     dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle, \
     dat index 4 using 2:1:3:4 with xerrorbars linestyle 2 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
