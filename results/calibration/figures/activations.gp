# Output SQNR with 95 % intervals over samples; further right is better; each panel has its own range. Rows: activation calibration. Means over calibration draws.
# Drawn by: gnuplot strategies.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies.gp
if (!exists("OUT")) OUT = "activations"
W = 6.500; H = 6.800
load "term.gp"
load "style.gp"
dat = "activations.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
unset xlabel

set lmargin at screen 0.2189; set rmargin at screen 0.4429
set bmargin at screen 0.5706; set tmargin at screen 0.9588
set title name('mlp / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [11.3230133:49.9157477]; set xtics 20
set yrange [11.5:-0.5]
set ytics (tic('minmax') 0, tic('moving-average') 1, tic('percentile(p=99.99)') 2, tic('percentile(p=99.9)') 3, tic('mse') 4, tic('entropy') 5, tic('aciq') 6, tic('octav') 7, tic('lp(p=2.4)') 8, tic('cosine') 9, tic('hist-l2') 10, tic('tf-enhanced') 11)
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.4859; set rmargin at screen 0.7099
set bmargin at screen 0.5706; set tmargin at screen 0.9588
set title name('mlp / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-1.61303537:26.3819212]; set xtics 10
set yrange [11.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11)
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset xlabel

set lmargin at screen 0.7530; set rmargin at screen 0.9769
set bmargin at screen 0.5706; set tmargin at screen 0.9588
set title name('deep_mlp / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [10.9789966:40.0995912]; set xtics 10
set yrange [11.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11)
plot dat index 4 using 2:1 with points linestyle 8 notitle, \
     dat index 5 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.2189; set rmargin at screen 0.4429
set bmargin at screen 0.0765; set tmargin at screen 0.4647
set title name('deep_mlp / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.832376555:18.3992255]; set xtics 10
set yrange [11.5:-0.5]
set ytics (tic('minmax') 0, tic('moving-average') 1, tic('percentile(p=99.99)') 2, tic('percentile(p=99.9)') 3, tic('mse') 4, tic('entropy') 5, tic('aciq') 6, tic('octav') 7, tic('lp(p=2.4)') 8, tic('cosine') 9, tic('hist-l2') 10, tic('tf-enhanced') 11)
plot dat index 6 using 2:1 with points linestyle 8 notitle, \
     dat index 7 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.4859; set rmargin at screen 0.7099
set bmargin at screen 0.0765; set tmargin at screen 0.4647
set title name('cnn / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [6.53899441:44.4807804]; set xtics 20
set yrange [11.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11)
plot dat index 8 using 2:1 with points linestyle 8 notitle, \
     dat index 9 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.7530; set rmargin at screen 0.9769
set bmargin at screen 0.0765; set tmargin at screen 0.4647
set title name('cnn / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.777929922:19.6036347]; set xtics 10
set yrange [11.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11)
plot dat index 10 using 2:1 with points linestyle 8 notitle, \
     dat index 11 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
