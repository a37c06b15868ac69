# Squared error over power at each node, in execution order, after the last layer was quantized. Above: total. Below: what the layer adds (fresh, points) and what it was handed (inherited, lines). Each column has its own range. Means over calibration draws; bands: what the draws span.
# Drawn by: gnuplot propagation-deep_mlp.gp    or, in another format: gnuplot -e 'fmt="pdf"' propagation-deep_mlp.gp
if (!exists("OUT")) OUT = "propagation-deep_mlp"
W = 6.500; H = 3.863
load "term.gp"
load "style.gp"
dat = "propagation-deep_mlp.dat"
set multiplot
unset key
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set logscale y; set yrange [1.15e-05:0.00169]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:25.6]

set lmargin at screen 0.1200; set rmargin at screen 0.3487
set bmargin at screen 0.5340; set tmargin at screen 0.8835
set arrow 1 from screen 0.1154,0.9676 to screen 0.1492,0.9676 nohead linestyle 1 front
set label 1 name('minmax') at screen 0.1323,0.9676 point linestyle 1 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 2 from screen 0.2449,0.9676 to screen 0.2788,0.9676 nohead linestyle 2 front
set label 2 name('mse') at screen 0.2618,0.9676 point linestyle 2 offset 1.7,0 textcolor rgb ink noenhanced front
set title name('deep_mlp / int8 / …') offset 0,-0.6 noenhanced textcolor rgb ink
set label 97 name('total') at screen 0.0154,0.7088 center rotate by 90 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23, '' 24, '' 25)
plot dat index 0 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 1 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 0 using 1:2 with linespoints linestyle 1 notitle, dat index 1 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.1200; set rmargin at screen 0.3487
set bmargin at screen 0.1534; set tmargin at screen 0.5029
set label 97 name('fresh, inherited') at screen 0.0154,0.3282 center rotate by 90 noenhanced textcolor rgb ink
set xtics rotate by 60 right offset 0.3,0 (tic('flatten') 0, tic('relu.0') 2, tic('relu.1') 4, tic('relu.2') 6, tic('relu.3') 8, tic('relu.4') 10, tic('relu.5') 12, tic('relu.6') 14, tic('relu.7') 16, tic('relu.8') 18, tic('relu.9') 20, tic('relu.10') 22, tic('relu.11') 24)
plot dat index 0 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 1 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 0 using 1:3 with points linestyle 1 notitle, dat index 1 using 1:3 with points linestyle 2 notitle
unset label
set logscale y; set yrange [0.00283:0.185]; unset mytics; set format y number; set ytics enhanced (5e-03, 1e-02, 2e-02, 5e-02, 1e-01)
set xrange [-0.6:25.6]

set lmargin at screen 0.4379; set rmargin at screen 0.6667
set bmargin at screen 0.5340; set tmargin at screen 0.8835
set title name('deep_mlp / int4 / …') offset 0,-0.6 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23, '' 24, '' 25)
plot dat index 2 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 3 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 2 using 1:2 with linespoints linestyle 1 notitle, dat index 3 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.4379; set rmargin at screen 0.6667
set bmargin at screen 0.1534; set tmargin at screen 0.5029
set xtics rotate by 60 right offset 0.3,0 (tic('flatten') 0, tic('relu.0') 2, tic('relu.1') 4, tic('relu.2') 6, tic('relu.3') 8, tic('relu.4') 10, tic('relu.5') 12, tic('relu.6') 14, tic('relu.7') 16, tic('relu.8') 18, tic('relu.9') 20, tic('relu.10') 22, tic('relu.11') 24)
plot dat index 2 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 3 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 2 using 1:3 with points linestyle 1 notitle, dat index 3 using 1:3 with points linestyle 2 notitle
unset label
set logscale y; set yrange [0.00539:0.663]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:25.6]

set lmargin at screen 0.7559; set rmargin at screen 0.9846
set bmargin at screen 0.5340; set tmargin at screen 0.8835
set title name('deep_mlp / int3 / …') offset 0,-0.6 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23, '' 24, '' 25)
plot dat index 4 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 5 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 4 using 1:2 with linespoints linestyle 1 notitle, dat index 5 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.7559; set rmargin at screen 0.9846
set bmargin at screen 0.1534; set tmargin at screen 0.5029
set xtics rotate by 60 right offset 0.3,0 (tic('flatten') 0, tic('relu.0') 2, tic('relu.1') 4, tic('relu.2') 6, tic('relu.3') 8, tic('relu.4') 10, tic('relu.5') 12, tic('relu.6') 14, tic('relu.7') 16, tic('relu.8') 18, tic('relu.9') 20, tic('relu.10') 22, tic('relu.11') 24)
plot dat index 4 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 5 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 4 using 1:3 with points linestyle 1 notitle, dat index 5 using 1:3 with points linestyle 2 notitle
unset label
unset multiplot
unset output
