# Squared error of each quantizer over the power of its tensor, on the calibration data: rounding and clipping, stacked; a triangle: the bar goes on. Shown: int4 / int4.
# Drawn by: gnuplot sites.gp    or, in another format: gnuplot -e 'fmt="pdf"' sites.gp
if (!exists("OUT")) OUT = "sites"
W = 6.500; H = 4.412
load "term.gp"
load "style.gp"
dat = "sites.dat"
set multiplot
unset key; set style fill solid 1 noborder; set boxwidth 0.72; set tics scale 0.4; set xtics scale 0
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set format y number; set ytics enhanced

set lmargin at screen 0.1154; set rmargin at screen 0.4946
set bmargin at screen 0.7529; set tmargin at screen 0.8935
set object 1 rectangle from screen 0.1154,0.9615 to screen 0.1338,0.9841 fillcolor rgb "#9CC6E0" fillstyle solid 1 noborder front
set label 1 'rounding' at screen 0.1431,0.9728 left textcolor rgb ink front
set object 2 rectangle from screen 0.2615,0.9615 to screen 0.2800,0.9841 fillcolor rgb "#D55E00" fillstyle solid 1 noborder front
set label 2 'clipping' at screen 0.2892,0.9728 left textcolor rgb ink front
set label 98 name('weight: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0229409563]; set ytics 0,0.01
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 0 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 0 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.1154; set rmargin at screen 0.4946
set bmargin at screen 0.5512; set tmargin at screen 0.6917
set label 98 name('weight: minmax') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0229409563]; set ytics 0,0.01
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 1 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 1 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.7529; set tmargin at screen 0.8935
set label 98 name('input: minmax') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0252005365]; set ytics 0,0.01
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 2 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 2 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.5512; set tmargin at screen 0.6917
set label 98 name('input: percentile') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0252005365]; set ytics 0,0.01
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 3 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 3 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.3495; set tmargin at screen 0.4900
set label 98 name('input: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0252005365]; set ytics 0,0.01
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 4 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 4 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.1477; set tmargin at screen 0.2883
set label 98 name('input: entropy (up to 0.98)') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0252005365]; set ytics 0,0.01
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 5 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 5 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle, dat index 5 using 1:($2+$3 > 0.0252005365 ? 0.023436499 : NaN) with points pointtype 9 pointsize 0.8 linecolor rgb ink notitle
unset object; unset label
unset multiplot
unset output
