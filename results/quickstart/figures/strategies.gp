# Output SQNR with 95 % intervals over samples; further right is better; each panel has its own range. Rows: weight calibration / activation calibration.
# Drawn by: gnuplot strategies.gp    or, in another format: gnuplot -e 'fmt="pdf"' strategies.gp
if (!exists("OUT")) OUT = "strategies"
W = 6.500; H = 2.560
load "term.gp"
load "style.gp"
dat = "strategies.dat"
set multiplot
unset key; set border 1; set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set tics scale 0.4; set ytics scale 0
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.3117; set rmargin at screen 0.6228
set bmargin at screen 0.2031; set tmargin at screen 0.8906
set title name('int8 / int8') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [6.62835027:43.4214119]; set xtics 10
set yrange [7.5:-0.5]
set ytics (tic('mse / minmax') 0, tic('mse / percentile(p=99.99)') 1, tic('mse / mse') 2, tic('mse / entropy') 3, tic('minmax / minmax') 4, tic('minmax / percentile(p=99.99)') 5, tic('minmax / mse') 6, tic('minmax / entropy') 7)
plot dat index 0 using 2:1 with points linestyle 8 notitle, \
     dat index 1 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
set xlabel name('output SQNR (dB)') offset 0,0.4 noenhanced textcolor rgb ink

set lmargin at screen 0.6658; set rmargin at screen 0.9769
set bmargin at screen 0.2031; set tmargin at screen 0.8906
set title name('int4 / int4') offset 0,-0.6 noenhanced textcolor rgb ink
set xrange [-0.767183288:16.8080974]; set xtics 5
set yrange [7.5:-0.5]
set ytics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 2 using 2:1 with points linestyle 8 notitle, \
     dat index 3 using 2:1:3:4 with xerrorbars linestyle 1 dashtype 1 linewidth 1.1 notitle
unset label; unset arrow
unset multiplot
unset output
