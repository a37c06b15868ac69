# Output SQNR with 95 % intervals over samples; further right is better; each panel has its own range. Rows: weight calibration. More than the figure holds: the rest is in the tables.
# Drawn by: gnuplot strategies.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies.gp
if (!exists("OUT")) OUT = "weights"
W = 6.500; H = 10.820
load "term.gp"
load "style.gp"
dat = "weights.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
unset xlabel

set lmargin at screen 0.2086; set rmargin at screen 0.4360
set bmargin at screen 0.7098; set tmargin at screen 0.9741
set title name('mlp / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [36.7365003:46.6784955]; set xtics 5
set yrange [12.5:-0.5]
set ytics (tic('minmax') 0, tic('percentile(p=99.9)') 1, tic('mse') 2, tic('entropy') 3, tic('aciq') 4, tic('octav') 5, tic('lp(p=1)') 6, tic('lp(p=2.4)') 7, tic('sawb') 8, tic('cosine') 9, tic('hist-l2') 10, tic('tf-enhanced') 11, tic('hqq') 12)
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.4791; set rmargin at screen 0.7065
set bmargin at screen 0.7098; set tmargin at screen 0.9741
set title name('mlp / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.228455341:22.2799249]; set xtics 10
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.7495; set rmargin at screen 0.9769
set bmargin at screen 0.7098; set tmargin at screen 0.9741
set title name('mlp / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.757380175:14.9751461]; set xtics 10
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 4 using 2:1 with points linestyle 8 notitle, \
     dat index 5 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.2086; set rmargin at screen 0.4360
set bmargin at screen 0.3789; set tmargin at screen 0.6433
set title name('deep_mlp / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [21.8213581:43.4335059]; set xtics 10
set yrange [12.5:-0.5]
set ytics (tic('minmax') 0, tic('percentile(p=99.9)') 1, tic('mse') 2, tic('entropy') 3, tic('aciq') 4, tic('octav') 5, tic('lp(p=1)') 6, tic('lp(p=2.4)') 7, tic('sawb') 8, tic('cosine') 9, tic('hist-l2') 10, tic('tf-enhanced') 11, tic('hqq') 12)
plot dat index 6 using 2:1 with points linestyle 8 notitle, \
     dat index 7 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.4791; set rmargin at screen 0.7065
set bmargin at screen 0.3789; set tmargin at screen 0.6433
set title name('deep_mlp / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-1.04030552:16.680015]; set xtics 10
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 8 using 2:1 with points linestyle 8 notitle, \
     dat index 9 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.7495; set rmargin at screen 0.9769
set bmargin at screen 0.3789; set tmargin at screen 0.6433
set title name('deep_mlp / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.574944253:9.19186244]; set xtics 5
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 10 using 2:1 with points linestyle 8 notitle, \
     dat index 11 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.2086; set rmargin at screen 0.4360
set bmargin at screen 0.0481; set tmargin at screen 0.3124
set title name('cnn / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-2.14554452:46.6551017]; set xtics 20
set yrange [12.5:-0.5]
set ytics (tic('minmax') 0, tic('percentile(p=99.9)') 1, tic('mse') 2, tic('entropy') 3, tic('aciq') 4, tic('octav') 5, tic('lp(p=1)') 6, tic('lp(p=2.4)') 7, tic('sawb') 8, tic('cosine') 9, tic('hist-l2') 10, tic('tf-enhanced') 11, tic('hqq') 12)
plot dat index 12 using 2:1 with points linestyle 8 notitle, \
     dat index 13 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.4791; set rmargin at screen 0.7065
set bmargin at screen 0.0481; set tmargin at screen 0.3124
set title name('cnn / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-1.03175284:18.6685795]; set xtics 10
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 14 using 2:1 with points linestyle 8 notitle, \
     dat index 15 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.7495; set rmargin at screen 0.9769
set bmargin at screen 0.0481; set tmargin at screen 0.3124
set title name('cnn / int3') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.355022473:9.12324769]; set xtics 5
set yrange [12.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 16 using 2:1 with points linestyle 8 notitle, \
     dat index 17 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
