# Output error of every order over the median of gptq's orders of the same network: violins over all orders (means over 16 draws), one
# for each training seed; circle: forward, square: backward, diamond: the order that is best on one draw's calibration data, elsewhere.
# Drawn by: gnuplot violins.gp    or, in another format: gnuplot -e 'fmt="pdf"' violins.gp
if (!exists("OUT")) OUT = "violins"
W = 6.5; H = 5.0
load "term.gp"
load "style.gp"
set multiplot layout 2,2 margins 0.09,0.98,0.10,0.86 spacing 0.09,0.12
set logscale y
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
unset key
set xrange [0.2:17.8]
set xtics ("gptq" 3, "qep" 9, "gptaq" 15) scale 0
set style fill solid 0.35 noborder
array color[3] = ["#666666", "#0072B2", "#009E73"]
array file[2] = ["all-5.dat", "all-7.dat"]
array layers[2] = ["5 layers, 120 orders", "7 layers, 5,040 orders"]
array bits[2] = ["int3", "int4"]
do for [r=1:2] { do for [c=1:2] {
  set title layers[r].", ".bits[c] offset 0,-0.6
  set ylabel (c == 1 ? "error / median of gptq" : "") offset 1.2,0
  set yrange [0.3:3]
  set ytics ("0.5" 0.5, "1" 1, "2" 2)
  if (r == 1 && c == 1) {
    set label 1 "forward" at screen 0.16,0.955 point pointtype 7 pointsize 0.6 linecolor rgb "#D55E00" offset 1.1,0 front
    set label 2 "backward" at screen 0.34,0.955 point pointtype 5 pointsize 0.5 linecolor rgb ink offset 1.1,0 front
    set label 3 "best on the calibration data of one draw" at screen 0.54,0.955 point pointtype 13 pointsize 0.8 linecolor rgb "#E69F00" offset 1.1,0 front
  }
  plot for [m=0:2] for [s=0:4] file[r] index (15*(c-1)+5*m+s) using (6*m+1+s+0.42*$1):2 with filledcurves closed linecolor rgb color[m+1] notitle, \
       for [m=0:2] file[r] index (30+3*(c-1)+m) using (6*m+1+$0):2 with points pointtype 5 pointsize 0.5 linecolor rgb ink notitle, \
       for [m=0:2] file[r] index (30+3*(c-1)+m) using (6*m+1+$0):3 with points pointtype 13 pointsize 0.8 linecolor rgb "#E69F00" notitle, \
       for [m=0:2] file[r] index (30+3*(c-1)+m) using (6*m+1+$0):1 with points pointtype 7 pointsize 0.6 linecolor rgb "#D55E00" notitle
  unset label 1; unset label 2; unset label 3
} }
unset multiplot
unset output
