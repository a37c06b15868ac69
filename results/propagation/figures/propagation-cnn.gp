# Squared error over power at each node, in execution order, after the last layer was quantized. Above: total. Below: what the layer adds (fresh, points) and what it was handed (inherited, lines). Each column has its own range. Means over calibration draws; bands: what the draws span.
# Drawn by: gnuplot propagation-cnn.gp    or, in another format: gnuplot -e 'fmt="pdf"' propagation-cnn.gp
if (!exists("OUT")) OUT = "propagation-cnn"
W = 6.500; H = 3.922
load "term.gp"
load "style.gp"
dat = "propagation-cnn.dat"
set multiplot
unset key
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set logscale y; set yrange [4.14e-06:0.00117]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:23.6]

set lmargin at screen 0.1200; set rmargin at screen 0.3487
set bmargin at screen 0.5410; set tmargin at screen 0.8853
set arrow 1 from screen 0.1154,0.9681 to screen 0.1492,0.9681 nohead linestyle 1 front
set label 1 name('mse') at screen 0.1323,0.9681 point linestyle 1 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 2 from screen 0.2140,0.9681 to screen 0.2478,0.9681 nohead linestyle 2 front
set label 2 name('minmax') at screen 0.2309,0.9681 point linestyle 2 offset 1.7,0 textcolor rgb ink noenhanced front
set title name('cnn / int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set label 97 name('total') at screen 0.0154,0.7131 center rotate by 90 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23)
plot dat index 0 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 1 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 0 using 1:2 with linespoints linestyle 1 notitle, dat index 1 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.1200; set rmargin at screen 0.3487
set bmargin at screen 0.1662; set tmargin at screen 0.5104
set label 97 name('fresh, inherited') at screen 0.0154,0.3383 center rotate by 90 noenhanced textcolor rgb ink
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('relu0') 2, tic('b1.conv1') 4, tic('b1.relu1') 6, tic('b1.bn2') 8, tic('b1.bns') 10, tic('b1.out') 12, tic('b2.bn1') 14, tic('b2.conv2') 16, tic('b2.skip') 18, tic('b2.add') 20, tic('gap') 22)
plot dat index 0 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 1 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 0 using 1:3 with points linestyle 1 notitle, dat index 1 using 1:3 with points linestyle 2 notitle
unset label
set logscale y; set yrange [0.0014:0.339]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:23.6]

set lmargin at screen 0.4379; set rmargin at screen 0.6667
set bmargin at screen 0.5410; set tmargin at screen 0.8853
set title name('cnn / int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23)
plot dat index 2 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 3 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 2 using 1:2 with linespoints linestyle 1 notitle, dat index 3 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.4379; set rmargin at screen 0.6667
set bmargin at screen 0.1662; set tmargin at screen 0.5104
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('relu0') 2, tic('b1.conv1') 4, tic('b1.relu1') 6, tic('b1.bn2') 8, tic('b1.bns') 10, tic('b1.out') 12, tic('b2.bn1') 14, tic('b2.conv2') 16, tic('b2.skip') 18, tic('b2.add') 20, tic('gap') 22)
plot dat index 2 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 3 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 2 using 1:3 with points linestyle 1 notitle, dat index 3 using 1:3 with points linestyle 2 notitle
unset label
set logscale y; set yrange [0.0049:2.7]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:23.6]

set lmargin at screen 0.7559; set rmargin at screen 0.9846
set bmargin at screen 0.5410; set tmargin at screen 0.8853
set title name('cnn / int3 / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23)
plot dat index 4 using 1:5:6 with filledcurves linestyle 1 fillstyle transparent solid 0.2 noborder notitle, dat index 5 using 1:5:6 with filledcurves linestyle 2 fillstyle transparent solid 0.2 noborder notitle, dat index 4 using 1:2 with linespoints linestyle 1 notitle, dat index 5 using 1:2 with linespoints linestyle 2 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.7559; set rmargin at screen 0.9846
set bmargin at screen 0.1662; set tmargin at screen 0.5104
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('relu0') 2, tic('b1.conv1') 4, tic('b1.relu1') 6, tic('b1.bn2') 8, tic('b1.bns') 10, tic('b1.out') 12, tic('b2.bn1') 14, tic('b2.conv2') 16, tic('b2.skip') 18, tic('b2.add') 20, tic('gap') 22)
plot dat index 4 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 5 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 4 using 1:3 with points linestyle 1 notitle, dat index 5 using 1:3 with points linestyle 2 notitle
unset label
unset multiplot
unset output
