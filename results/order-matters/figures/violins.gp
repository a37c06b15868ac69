# Output error of every order over the median of gptq's orders of the same network: violins over all orders (means over 16 draws), one
# for each training seed; marks: orders that have a name (the legend), and the order that is best on one draw's calibration data,
# under the other draws.
# Drawn by: gnuplot violins.gp    or, in another format: gnuplot -e 'fmt="pdf"' violins.gp
if (!exists("OUT")) OUT = "violins"
W = 6.5; H = 5.6
load "term.gp"
load "style.gp"
set multiplot layout 2,2 margins 0.09,0.98,0.08,0.82 spacing 0.09,0.12
set logscale y
set grid ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
unset key
set xrange [0.2:17.8]
set xtics ("gptq" 3, "qep" 9, "gptaq" 15) scale 0
set style fill solid 0.35 noborder
array color[3] = ["#666666", "#0072B2", "#009E73"]
array file[2] = ["all-5.dat", "all-7.dat"]
array layers[2] = ["5 layers, 120 orders", "7 layers, 5,040 orders"]
# Marks, the first ones in front: index of the first block, column in it, place beside the violin's middle.
array name[9] = ["forward", "backward", "best on one draw, elsewhere", "greedy", "beam", "sensitivity: solo, falling", \
  "sensitivity: weight, rising", "sensitivity: projected, falling", "sensitivity: trace, rising"]
array first[9] = [30, 30, 30, 36, 36, 36, 36, 36, 36]
array where[9] = [1, 2, 3, 3, 4, 5, 8, 9, 12]
array shift[9] = [0, 0, 0, -0.2, 0.2, -0.2, 0.2, -0.2, 0.2]
array shape[9] = [7, 5, 13, 9, 3, 8, 4, 11, 6]
array size[9] = [0.6, 0.5, 0.8, 0.6, 0.6, 0.6, 0.5, 0.6, 0.5]
array tint[9] = ["#D55E00", ink, "#E69F00", "#CC79A7", "#CC79A7", ink, ink, "#56B4E9", "#56B4E9"]
array bits[2] = ["int3", "int4"]
do for [r=1:2] { do for [c=1:2] {
  set title layers[r].", ".bits[c] offset 0,-0.6
  set ylabel (c == 1 ? "error / median of gptq" : "") offset 1.2,0
  set yrange [0.4:2.5]
  set ytics ("0.5" 0.5, "1" 1, "2" 2)
  if (r == 1 && c == 1) {
    do for [k=1:|name|] {
      set label k name[k] at screen 0.10+0.31*((k-1)%3),0.975-0.03*((k-1)/3) point pointtype shape[k] pointsize size[k] linecolor rgb tint[k] offset 1.1,0 front
    }
  }
  plot for [m=0:2] for [s=0:4] file[r] index (15*(c-1)+5*m+s) using (6*m+1+s+0.42*$1):2 with filledcurves closed linecolor rgb color[m+1] notitle, \
       for [k=|name|:1:-1] for [m=0:2] file[r] index (first[k]+3*(c-1)+m) using (6*m+1+$0+shift[k]):(column(where[k])) \
         with points pointtype shape[k] pointsize size[k] linecolor rgb tint[k] notitle
  unset label
} }
unset multiplot
unset output
