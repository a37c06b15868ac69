# Squared error of each quantizer over the power of its tensor, on the calibration data: rounding and clipping, stacked; a triangle: the bar goes on. Shown: cnn / int3 / int3.
# Drawn by: gnuplot sites-cnn.gp    or, in another format: gnuplot -e 'fmt="pdf"' sites-cnn.gp
if (!exists("OUT")) OUT = "sites-cnn"
W = 6.500; H = 3.192
load "term.gp"
load "style.gp"
dat = "sites-cnn.dat"
set multiplot
unset key; set style fill solid 1 noborder; set boxwidth 0.72; set tics scale 0.4; set xtics scale 0
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
set format y number; set ytics enhanced

set lmargin at screen 0.1154; set rmargin at screen 0.4946
set bmargin at screen 0.5708; set tmargin at screen 0.8527
set object 1 rectangle from screen 0.1154,0.9467 to screen 0.1338,0.9781 fillcolor rgb "#9CC6E0" fillstyle solid 1 noborder front
set label 1 'rounding' at screen 0.1431,0.9624 left textcolor rgb ink front
set object 2 rectangle from screen 0.2615,0.9467 to screen 0.2800,0.9781 fillcolor rgb "#D55E00" fillstyle solid 1 noborder front
set label 2 'clipping' at screen 0.2892,0.9624 left textcolor rgb ink front
set label 98 name('weight: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.0620721666]; set ytics 0,0.02
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 0 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 0 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.5708; set tmargin at screen 0.8527
set label 98 name('input: minmax') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.120199172]; set ytics 0,0.05
set xtics (tic('') 0, tic('') 1, tic('') 2, tic('') 3, tic('') 4, tic('') 5, tic('') 6, tic('') 7)
plot dat index 1 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 1 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label

set lmargin at screen 0.6054; set rmargin at screen 0.9846
set bmargin at screen 0.2042; set tmargin at screen 0.4862
set label 98 name('input: mse') at graph 0,1 offset 0,0.5 left noenhanced textcolor rgb ink
set xrange [-0.7:7.7]; set yrange [0:0.120199172]; set ytics 0,0.05
set xtics rotate by 60 right offset 0.3,0 (tic('stem') 0, tic('b1.conv1') 1, tic('b1.conv2') 2, tic('b1.skip') 3, tic('b2.conv1') 4, tic('b2.conv2') 5, tic('b2.skip') 6, tic('fc') 7)
plot dat index 2 using 1:($2+$3) with boxes fillcolor rgb "#D55E00" notitle, dat index 2 using 1:2 with boxes fillcolor rgb "#9CC6E0" notitle
unset object; unset label
unset multiplot
unset output
