# Error of the output by the number of calibration samples, over that with the most: mean, least and largest of the disjoint draws.
# Drawn by: gnuplot samples.gp    or, in another format: gnuplot -e 'fmt="pdf"' samples.gp
if (!exists("OUT")) OUT = "samples"
W = 6.5; H = 4.4
load "term.gp"
load "style.gp"
dat = "samples.dat"
set multiplot layout 2,2 margins 0.09,0.98,0.12,0.86 spacing 0.09,0.13
set logscale x 4; set logscale y
set xrange [0.7:24000]; set yrange [0.2:20]
set xtics ("1" 1, "4" 4, "16" 16, "64" 64, "256" 256, "1k" 1024, "4k" 4096, "16k" 16384)
set ytics ("0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "5" 5, "10" 10, "20" 20)
set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
unset key
names = "minmax moving-average percentile mse entropy"
panels = "mlp,_int8 mlp,_int4 cnn,_int8 cnn,_int4"
do for [p=0:3] {
  t = word(panels, p + 1); k = strstrt(t, "_")
  set title t[1:k-1]." ".t[k+1:*] offset 0,-0.6
  set xlabel (p > 1 ? "calibration samples a draw" : "") offset 0,0.4
  set ylabel (p % 2 ? "" : "error / error with the most") offset 1.2,0
  if (p == 0) { do for [s=1:5] { set label s word(names, s) at screen 0.19*s - 0.12, 0.955 point linestyle s offset 1.1,0 front } }
  plot for [s=0:4] dat index 5*p+s using ($1*(0.86+0.07*s)):2:3:4 with yerrorlines linestyle s+1 linewidth 1 notitle
  do for [s=1:5] { unset label s }
}
unset multiplot
unset output
