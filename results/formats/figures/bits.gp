# Output SQNR by what a weight costs, metadata included: filled markers one scale a channel, hollow one a group of 32 or the format's own block.
# Drawn by: gnuplot bits.gp    or, in another format: gnuplot -e 'fmt="pdf"' bits.gp
if (!exists("OUT")) OUT = "bits"
W = 6.5; H = 2.9
load "term.gp"
load "style.gp"
set multiplot layout 1,3 margins 0.08,0.98,0.17,0.76 spacing 0.06,0.1
set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb faint dashtype solid
unset key
set xrange [1.7:9.5]; set yrange [-2:52]; set xtics 2
array kind[6] = ["integer, channel", "integer, group:32", "float, channel", "float, group:32", "nf4", "MX, NVFP4 blocks"]
array mark[6] = [7, 6, 9, 8, 11, 13]
array tint[6] = ["#0072B2", "#0072B2", "#D55E00", "#D55E00", "#E69F00", "#009E73"]
array net[3] = ["mlp", "deep_mlp", "cnn"]
do for [k=1:6] { set label k kind[k] at screen 0.09 + 0.31*((k-1)%3), (k<4 ? 0.95 : 0.88) point pointtype mark[k] pointsize 0.7 linecolor rgb tint[k] offset 1.1,0 front }
do for [n=1:3] {
  set title net[n] offset 0,-0.6
  set xlabel "bits a weight" offset 0,0.4
  set ylabel (n == 1 ? "output SQNR (dB)" : "") offset 1.2,0
  plot for [k=1:6] "bits.dat" using (strcol(1) eq net[n] && $2 == k ? $3 : NaN):4 with points pointtype mark[k] pointsize 0.7 linecolor rgb tint[k] notitle
  do for [k=1:6] { unset label k }
}
unset multiplot
unset output
