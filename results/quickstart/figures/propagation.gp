# Squared error over power at each node, in execution order, after the last layer was quantized. Above: total. Below: what the layer adds (fresh, points) and what it was handed (inherited, lines). Each column has its own range. More curves than fit: the rest is in the tables.
# Drawn by: gnuplot propagation.gp    or, in another format: gnuplot -e 'fmt="pdf"' propagation.gp
if (!exists("OUT")) OUT = "propagation"
W = 6.500; H = 4.092
load "term.gp"
load "style.gp"
dat = "propagation.dat"
set multiplot
unset key
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set logscale y; set yrange [2.91e-06:0.877]; set ytics 1e2 enhanced format decade; set mytics 2
set xrange [-0.6:23.6]

set lmargin at screen 0.1200; set rmargin at screen 0.5077
set bmargin at screen 0.5185; set tmargin at screen 0.8485
set arrow 1 from screen 0.1154,0.9695 to screen 0.1492,0.9695 nohead linestyle 1 front
set label 1 name('mse / percentile(p=99.99)') at screen 0.1323,0.9695 point linestyle 1 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 2 from screen 0.4408,0.9695 to screen 0.4746,0.9695 nohead linestyle 2 front
set label 2 name('mse / mse') at screen 0.4577,0.9695 point linestyle 2 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 3 from screen 0.6012,0.9695 to screen 0.6351,0.9695 nohead linestyle 3 front
set label 3 name('mse / minmax') at screen 0.6182,0.9695 point linestyle 3 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 4 from screen 0.7926,0.9695 to screen 0.8265,0.9695 nohead linestyle 4 front
set label 4 name('mse / entropy') at screen 0.8095,0.9695 point linestyle 4 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 5 from screen 0.1154,0.9279 to screen 0.1492,0.9279 nohead linestyle 5 front
set label 5 name('minmax / minmax') at screen 0.1323,0.9279 point linestyle 5 offset 1.7,0 textcolor rgb ink noenhanced front
set arrow 6 from screen 0.3377,0.9279 to screen 0.3715,0.9279 nohead linestyle 6 front
set label 6 name('minmax / percentile(p=99.99)') at screen 0.3546,0.9279 point linestyle 6 offset 1.7,0 textcolor rgb ink noenhanced front
set title name('int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set label 97 name('total') at screen 0.0154,0.6835 center rotate by 90 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23)
plot dat index 0 using 1:2 with linespoints linestyle 1 notitle, dat index 1 using 1:2 with linespoints linestyle 2 notitle, dat index 2 using 1:2 with linespoints linestyle 3 notitle, dat index 3 using 1:2 with linespoints linestyle 4 notitle, dat index 4 using 1:2 with linespoints linestyle 5 notitle, dat index 5 using 1:2 with linespoints linestyle 6 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.1200; set rmargin at screen 0.5077
set bmargin at screen 0.1593; set tmargin at screen 0.4892
set label 97 name('fresh, inherited') at screen 0.0154,0.3242 center rotate by 90 noenhanced textcolor rgb ink
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('relu0') 2, tic('b1.conv1') 4, tic('b1.relu1') 6, tic('b1.bn2') 8, tic('b1.bns') 10, tic('b1.out') 12, tic('b2.bn1') 14, tic('b2.conv2') 16, tic('b2.skip') 18, tic('b2.add') 20, tic('gap') 22)
plot dat index 0 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 1 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 2 using 1:4 with lines linestyle 3 linewidth 0.8 notitle, dat index 3 using 1:4 with lines linestyle 4 linewidth 0.8 notitle, dat index 4 using 1:4 with lines linestyle 5 linewidth 0.8 notitle, dat index 5 using 1:4 with lines linestyle 6 linewidth 0.8 notitle, dat index 0 using 1:3 with points linestyle 1 notitle, dat index 1 using 1:3 with points linestyle 2 notitle, dat index 2 using 1:3 with points linestyle 3 notitle, dat index 3 using 1:3 with points linestyle 4 notitle, dat index 4 using 1:3 with points linestyle 5 notitle, dat index 5 using 1:3 with points linestyle 6 notitle
unset label
set logscale y; set yrange [0.000614:3.32]; set ytics 1e1 enhanced format decade; set mytics 9
set xrange [-0.6:23.6]

set lmargin at screen 0.5969; set rmargin at screen 0.9846
set bmargin at screen 0.5185; set tmargin at screen 0.8485
set title name('int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xtics scale 0.3 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9, '' 10, '' 11, '' 12, '' 13, '' 14, '' 15, '' 16, '' 17, '' 18, '' 19, '' 20, '' 21, '' 22, '' 23)
plot dat index 6 using 1:2 with linespoints linestyle 1 notitle, dat index 7 using 1:2 with linespoints linestyle 2 notitle, dat index 8 using 1:2 with linespoints linestyle 3 notitle, dat index 9 using 1:2 with linespoints linestyle 4 notitle, dat index 10 using 1:2 with linespoints linestyle 5 notitle, dat index 11 using 1:2 with linespoints linestyle 6 notitle
unset label; unset arrow; unset title

set lmargin at screen 0.5969; set rmargin at screen 0.9846
set bmargin at screen 0.1593; set tmargin at screen 0.4892
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('relu0') 2, tic('b1.conv1') 4, tic('b1.relu1') 6, tic('b1.bn2') 8, tic('b1.bns') 10, tic('b1.out') 12, tic('b2.bn1') 14, tic('b2.conv2') 16, tic('b2.skip') 18, tic('b2.add') 20, tic('gap') 22)
plot dat index 6 using 1:4 with lines linestyle 1 linewidth 0.8 notitle, dat index 7 using 1:4 with lines linestyle 2 linewidth 0.8 notitle, dat index 8 using 1:4 with lines linestyle 3 linewidth 0.8 notitle, dat index 9 using 1:4 with lines linestyle 4 linewidth 0.8 notitle, dat index 10 using 1:4 with lines linestyle 5 linewidth 0.8 notitle, dat index 11 using 1:4 with lines linestyle 6 linewidth 0.8 notitle, dat index 6 using 1:3 with points linestyle 1 notitle, dat index 7 using 1:3 with points linestyle 2 notitle, dat index 8 using 1:3 with points linestyle 3 notitle, dat index 9 using 1:3 with points linestyle 4 notitle, dat index 10 using 1:3 with points linestyle 5 notitle, dat index 11 using 1:3 with points linestyle 6 notitle
unset label
unset multiplot
unset output
