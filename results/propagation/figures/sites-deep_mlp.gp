# Squared error of each quantizer over the power of its tensor, on the calibration data: rounding and clipping, stacked; a triangle: the bar goes on. Shown: deep_mlp / int3 / int3.
# Drawn by: gnuplot sites-deep_mlp.gp    or, in another format: gnuplot -e 'fmt="pdf"' sites-deep_mlp.gp
if (!exists("OUT")) OUT = "sites-deep_mlp"
W = 6.500; H = 3.015
load "term.gp"
load "style.gp"
dat = "sites-deep_mlp.dat"
set multiplot
unset key; set style fill solid 1 noborder; set boxwidth 0.72; set tics scale 0.4; set xtics scale 0
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set format y number; set ytics enhanced

set lmargin at screen 0.1154; set rmargin at screen 0.4946
set bmargin at screen 0.5456; set tmargin at screen 0.8441
set object 1 rectangle from screen 0.1154,0.9436 to screen 0.1338,0.9768 fillcolor rgb "#9CC6E0" fillstyle solid 1 noborder front
set label 1 'rounding' at screen 0.1431,0.9602 left textcolor rgb ink front
set object 2 rectangle from screen 0.2615,0.9436 to screen 0.2800,0.9768 fillcolor rgb "#D55E00" fillstyle solid 1 noborder front
set label 2 'clipping' at screen 0.2892,0.9602 left textcolor rgb ink front
set label 98 name('weight: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:12.7]; set yrange [0:0.0691707554]; set ytics 0,0.02
set xtics rotate by 60 right offset 0.3,0 (tic('fc.0') 0, tic('fc.1') 1, tic('fc.2') 2, tic('fc.3') 3, tic('fc.4') 4, tic('fc.5') 5, tic('fc.6') 6, tic('fc.7') 7, tic('fc.8') 8, tic('fc.9') 9, tic('fc.10') 10, tic('fc.11') 11, tic('fc.12') 12)
plot dat index 0 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 0 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.5456; set tmargin at screen 0.8441
set label 98 name('input: minmax (up to 0.16)') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:12.7]; set yrange [0:0.02015454]; set ytics 0,0.005
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7, tic('') 8, tic('') 9, tic('') 10, tic('') 11, tic('') 12)
plot dat index 1 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 1 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle, dat index 1 using 1:($2+$3 > 0.02015454 ? 0.0187437222 : NaN) with points pointtype 9 pointsize 0.8 linecolor rgb ink notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.1575; set tmargin at screen 0.4560
set label 98 name('input: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:12.7]; set yrange [0:0.02015454]; set ytics 0,0.005
set xtics rotate by 60 right offset 0.3,0 (tic('fc.0') 0, tic('fc.1') 1, tic('fc.2') 2, tic('fc.3') 3, tic('fc.4') 4, tic('fc.5') 5, tic('fc.6') 6, tic('fc.7') 7, tic('fc.8') 8, tic('fc.9') 9, tic('fc.10') 10, tic('fc.11') 11, tic('fc.12') 12)
plot dat index 2 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 2 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label
unset multiplot
unset output
