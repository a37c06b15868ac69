# The task's own figure (accuracy) with 95 % intervals; dashed: the float network. Rows: activation calibration. Means over calibration draws.
# Drawn by: gnuplot strategies-task.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies-task.gp
if (!exists("OUT")) OUT = "strategies-task"
W = 6.500; H = 2.400
load "term.gp"
load "style.gp"
dat = "strategies-task.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
unset xlabel

set lmargin at screen 0.0849; set rmargin at screen 0.3535
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [87.803:92.097]; set xtics 2
set yrange [1.5:-0.5]
set ytics (tic('minmax') 0, tic('mse') 1)
set arrow 99 from 89.9,graph 0 to 89.9,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.3966; set rmargin at screen 0.6652
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [80.9058181:90.5239184]; set xtics 5
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
set arrow 99 from 89.9,graph 0 to 89.9,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.7083; set rmargin at screen 0.9769
set bmargin at screen 0.7000; set tmargin at screen 0.8833
set title name('deep_mlp / int3 / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [56.944:92.056]; set xtics 10
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
set arrow 99 from 89.9,graph 0 to 89.9,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 4 using 2:1 with points linestyle 8 notitle, \
     dat index 5 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('accuracy (%)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.0849; set rmargin at screen 0.3535
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [91.6496667:95.1836667]; set xtics 1
set yrange [1.5:-0.5]
set ytics (tic('minmax') 0, tic('mse') 1)
set arrow 99 from 93.6,graph 0 to 93.6,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 6 using 2:1 with points linestyle 8 notitle, \
     dat index 7 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('accuracy (%)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.3966; set rmargin at screen 0.6652
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [87.929:93.971]; set xtics 2
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
set arrow 99 from 93.6,graph 0 to 93.6,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 8 using 2:1 with points linestyle 8 notitle, \
     dat index 9 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('accuracy (%)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.7083; set rmargin at screen 0.9769
set bmargin at screen 0.2167; set tmargin at screen 0.4000
set title name('cnn / int3 / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [56.1289967:96.051374]; set xtics 10
set yrange [1.5:-0.5]
set ytics (tic('') 0, tic('') 1)
set arrow 99 from 93.6,graph 0 to 93.6,graph 1 nohead linecolor rgb cloud dashtype (6,4) back
plot dat index 10 using 2:1 with points linestyle 8 notitle, \
     dat index 11 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
